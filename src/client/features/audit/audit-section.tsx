import { keepPreviousData } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { useCallback, useMemo, useState } from "react";

import { MemberPicker, type PickedMember } from "#client/features/members/member-picker.tsx";
import { Failure } from "#client/features/session/failure.tsx";
import { NextPage } from "#client/features/session/next-page.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { LoadMore } from "#client/ui/load-more.tsx";
import { Select } from "#client/ui/select.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { trpc } from "#sdk/react.ts";
import type { AuditAction, AuditEntry } from "#shared/contract/audit.ts";
import type { UserRef } from "#shared/contract/users.ts";
import type { ServerId } from "#shared/ids.ts";

import { AuditItem } from "./audit-entry.tsx";
import { auditWords, serverActions } from "./audit-words.ts";
import styles from "./audit.module.css";
import { useAuditNames } from "./use-audit-names.ts";

const everything = "everything";

interface Filter {
  actor: PickedMember | undefined;
  target: PickedMember | undefined;
  action: AuditAction | typeof everything;
}

const noFilter: Filter = { actor: undefined, target: undefined, action: everything };

const kinds = [
  { value: everything, label: "Everything" },
  ...serverActions.map((action) => ({ value: action, label: auditWords[action].label })),
] as const;

const useEntries = (serverId: ServerId, { actor, target, action }: Filter) =>
  trpc.audit.list.useInfiniteQuery(
    {
      serverId,
      ...(actor && { actorId: actor.id }),
      ...(target && { targetUserId: target.id }),
      ...(action !== everything && { action }),
    },
    // No event tells of it: each look asks anew.
    {
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
      placeholderData: keepPreviousData,
      staleTime: 0,
    },
  );

const isUser = (user: UserRef | null): user is UserRef => user !== null;

/** Who stands in these entries, each once. */
const listPeople = (entries: readonly AuditEntry[], part: "actor" | "targetUser"): readonly UserRef[] => [
  ...new Map(
    entries.flatMap((entry) => [entry[part]].filter(isUser).map((user) => [user.id, user])),
  ).values(),
];

/** Whoever stands in what is loaded of the log can be asked for, a former member too. */
const usePeopleOf = (serverId: ServerId, filter: Filter) => {
  const all = useEntries(serverId, noFilter).data;
  const found = useEntries(serverId, filter).data;
  return useMemo(() => {
    const entries = [all, found].flatMap((data) => data?.pages.flatMap((page) => page.entries) ?? []);
    return { actors: listPeople(entries, "actor"), targets: listPeople(entries, "targetUser") };
  }, [all, found]);
};

const Entries = ({ serverId, filter }: { serverId: ServerId; filter: Filter }) => {
  const query = useEntries(serverId, filter);
  const { data, refetch, isFetching, fetchNextPage } = query;
  const trouble = findTrouble(query);
  const entries = useMemo(() => data?.pages.flatMap((page) => page.entries) ?? [], [data]);
  const names = useAuditNames(serverId, entries);
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (trouble !== null) {
    return (
      <Failure
        title="The audit log can’t be shown"
        error={trouble}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    );
  }
  if (!data) return <SkeletonList label="Loading the audit log" rows={6} />;
  if (entries.length === 0) {
    const isFiltered = filter.actor ?? filter.target ?? (filter.action === everything ? undefined : filter);
    return isFiltered ? (
      <EmptyState icon={<ScrollText />} title="Nothing found">
        Nothing of that kind has been done by them.
      </EmptyState>
    ) : (
      <EmptyState icon={<ScrollText />} title="Nothing has been governed yet">
        What moderators and administrators do in this server stands here, with who did it and why.
      </EmptyState>
    );
  }
  return (
    <>
      <ol className={styles.entries} aria-label="Audit log" aria-busy={query.isPlaceholderData}>
        {entries.map((entry) => (
          <AuditItem key={entry.id} entry={entry} names={names} />
        ))}
      </ol>
      <NextPage query={query}>
        <LoadMore label="Show older entries" isPending={query.isFetchingNextPage} onLoad={loadMore} />
      </NextPage>
    </>
  );
};

/** Who governed what in the server, newest first. */
export const AuditSection = ({ serverId }: { serverId: ServerId }) => {
  const [filter, setFilter] = useState(noFilter);
  const { actors, targets } = usePeopleOf(serverId, filter);
  const change = (part: Partial<Filter>): void => setFilter({ ...filter, ...part });
  return (
    <div className={styles.section}>
      <div className={styles.filters}>
        <Select
          label="What was done"
          options={kinds}
          value={filter.action}
          onValueChange={(action) => change({ action })}
        />
        <MemberPicker
          serverId={serverId}
          label="Done by"
          placeholder="Anyone"
          others={actors}
          chosen={filter.actor}
          onChoose={(actor) => change({ actor })}
        />
        <MemberPicker
          serverId={serverId}
          label="Done to"
          placeholder="Anyone"
          others={targets}
          chosen={filter.target}
          onChoose={(target) => change({ target })}
        />
      </div>
      <Entries serverId={serverId} filter={filter} />
    </div>
  );
};
