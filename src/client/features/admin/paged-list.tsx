import type { ReactNode } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { ItemList } from "#client/ui/item-list.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";

import styles from "./admin.module.css";

/** As much of an infinite query as a list shows. */
interface Found {
  error: unknown;
  isFetching: boolean;
  isPlaceholderData: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  refetch: () => Promise<unknown>;
  fetchNextPage: () => Promise<unknown>;
}

type Props<Item> = {
  label: string;
  found: Found;
  /** Undefined: they are not there yet. */
  items: readonly Item[] | undefined;
  /** In the place of a list without anything in it. */
  empty: ReactNode;
  children: (item: Item) => ReactNode;
};

const Failed = ({ label, found, onRetry }: { label: string; found: Found; onRetry: () => void }) => (
  <Callout tone="danger" title={`${label} can’t be shown`} onRetry={onRetry} isRetrying={found.isFetching}>
    {errorText(found.error)}
  </Callout>
);

/** A list that comes in pages, in all of its states. */
export const PagedList = <Item,>({ label, found, items, empty, children }: Props<Item>) => {
  const hasError = found.error !== null;
  if (!items) {
    return hasError ? (
      <Failed label={label} found={found} onRetry={() => void found.refetch()} />
    ) : (
      <SkeletonList label={`Loading: ${label}`} rows={6} hasText />
    );
  }
  if (items.length === 0) return empty;
  return (
    <div className={styles.list} aria-busy={found.isPlaceholderData}>
      <ItemList label={label}>{items.map((item) => children(item))}</ItemList>
      <div className={styles.more}>
        {hasError && (
          <Failed label="What comes after this" found={found} onRetry={() => void found.fetchNextPage()} />
        )}
        {!hasError && found.hasNextPage && (
          <Button isPending={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            Show more
          </Button>
        )}
      </div>
    </div>
  );
};
