import { ScrollText } from "lucide-react";
import { useMemo } from "react";

import { AuditItem } from "#client/features/audit/audit-entry.tsx";
import type { AuditNames } from "#client/features/audit/audit-words.ts";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { trpc } from "#sdk/react.ts";
import type { AuditEntry } from "#shared/contract/audit.ts";

import { PagedList } from "./paged-list.tsx";

/** Across the instance a display name alone does not say who it is. */
const useNames = (entries: readonly AuditEntry[] | undefined): AuditNames =>
  useMemo(() => {
    const refs = entries?.flatMap(({ actor, targetUser }) => [actor, targetUser]) ?? [];
    const names = new Map<string, string>(
      refs.flatMap((ref) => (ref ? [[ref.id, `${ref.displayName} (@${ref.username})`] as const] : [])),
    );
    return { findRole: () => undefined, findChannel: () => undefined, findUser: (id) => names.get(id) };
  }, [entries]);

const nothing = (
  <EmptyState icon={<ScrollText />} title="Nothing yet">
    What administrators do on these pages stands here, the newest first.
  </EmptyState>
);

/** Who governed the instance, how, and when. */
export const LogSection = () => {
  const found = trpc.admin.audit.useInfiniteQuery(
    {},
    { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined, staleTime: 0, gcTime: 60_000 },
  );
  const { data } = found;
  const entries = useMemo(() => data?.pages.flatMap((page) => page.entries), [data]);
  const names = useNames(entries);
  return (
    <PagedList label="Log" found={found} items={entries} empty={nothing}>
      {(entry) => <AuditItem key={entry.id} entry={entry} names={names} />}
    </PagedList>
  );
};
