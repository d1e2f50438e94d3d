import type { ReactNode } from "react";

import { Failure } from "#client/features/session/failure.tsx";
import { NextPage, type PagedQuery } from "#client/features/session/next-page.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { Button } from "#client/ui/button.tsx";
import { ItemList } from "#client/ui/item-list.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";

import styles from "./admin.module.css";

/** As much of an infinite query as a list shows. */
interface Found extends PagedQuery {
  data: unknown;
  isFetching: boolean;
  isPlaceholderData: boolean;
  refetch: () => Promise<unknown>;
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

/** A list that comes in pages, in all of its states. */
export const PagedList = <Item,>({ label, found, items, empty, children }: Props<Item>) => {
  const trouble = findTrouble(found);
  if (trouble !== null) {
    return (
      <Failure
        title={`${label} can’t be shown`}
        error={trouble}
        onRetry={() => void found.refetch()}
        isRetrying={found.isFetching}
      />
    );
  }
  if (!items) return <SkeletonList label={`Loading: ${label}`} rows={6} hasText />;
  if (items.length === 0) return empty;
  return (
    <div className={styles.list} aria-busy={found.isPlaceholderData}>
      <ItemList label={label}>{items.map((item) => children(item))}</ItemList>
      <div className={styles.more}>
        <NextPage query={found}>
          <Button isPending={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            Show more
          </Button>
        </NextPage>
      </div>
    </div>
  );
};
