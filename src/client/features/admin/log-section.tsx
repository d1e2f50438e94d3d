import { ScrollText } from "lucide-react";

import { formatMoment } from "#client/lib/time.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ListItem } from "#client/ui/item-list.tsx";
import { trpc } from "#sdk/react.ts";
import type { AuditEntry } from "#shared/contract/audit.ts";

import { getSentence } from "./log-sentences.ts";
import styles from "./log.module.css";
import { PagedList } from "./paged-list.tsx";

const LogItem = ({ entry }: { entry: AuditEntry }) => {
  const { actor, createdAt, reason } = entry;
  const sentence = getSentence(entry);
  return (
    <ListItem
      picture={
        <Avatar
          id={actor?.id ?? entry.id}
          name={actor?.displayName ?? "?"}
          imageUrl={actor?.avatarUrl ?? null}
          size={40}
        />
      }
      title={
        <span className={styles.sentence}>
          <strong>{sentence.actor}</strong> {sentence.deed}
        </span>
      }
    >
      <p>
        <time dateTime={createdAt}>{formatMoment(createdAt)}</time>
      </p>
      {reason !== null && <p className={styles.reason}>Reason: {reason}</p>}
    </ListItem>
  );
};

const nothing = (
  <EmptyState icon={<ScrollText />} title="Nothing yet">
    What administrators do on these pages stands here, the newest first.
  </EmptyState>
);

/** Who governed, what, and when. */
export const LogSection = () => {
  const found = trpc.admin.audit.useInfiniteQuery(
    {},
    { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined, staleTime: 0, gcTime: 60_000 },
  );
  const entries = found.data?.pages.flatMap((page) => page.entries);
  return (
    <PagedList label="Log" found={found} items={entries} empty={nothing}>
      {(entry) => <LogItem key={entry.id} entry={entry} />}
    </PagedList>
  );
};
