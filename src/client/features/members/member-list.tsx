import { useQuery } from "@tanstack/react-query";
import { Clock, Crown } from "lucide-react";
import { memo, useMemo, type ComponentProps } from "react";
import { VList } from "virtua";

import { useTextColor } from "#client/features/roles/use-roles.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { NextPage } from "#client/features/session/next-page.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { Avatar, presenceLabels } from "#client/ui/avatar.tsx";
import { Tag } from "#client/ui/badge.tsx";
import { Button } from "#client/ui/button.tsx";
import { ContextMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { presencesQuery } from "#sdk/query-cache/index.ts";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { PresenceStatus } from "#shared/contract/users.ts";
import type { ServerId } from "#shared/ids.ts";

import { getMemberName, groupMembers } from "./member-index.ts";
import styles from "./member-list.module.css";
import { MemberProfile } from "./member-profile.tsx";
import { useTimeoutEnd } from "./timeouts.ts";
import { useMemberMenu } from "./use-member-menu.tsx";
import { useMembers } from "./use-members.ts";

type RowProps = {
  member: Member;
  presence: PresenceStatus;
  isOwner: boolean;
  /** Of the name, for CSS; undefined where no role has one. */
  color: string | undefined;
  getItems: (member: Member) => readonly MenuEntry[];
};

/** What it is given besides comes from the popover that it opens. */
const MemberButton = ({
  member,
  presence,
  isOwner,
  color,
  ...rest
}: Omit<RowProps, "getItems"> & ComponentProps<"button">) => {
  const { user } = member;
  const name = getMemberName(member);
  const isTimedOut = useTimeoutEnd(member) !== undefined;
  return (
    <button type="button" {...rest} className={styles.member} data-presence={presence}>
      <Avatar id={user.id} name={name} imageUrl={user.avatarUrl} presence={presence} />
      <span className={styles.words}>
        <span className={styles.line}>
          <span className={styles.name} style={{ color }}>
            {name}
          </span>
          {isOwner && <Crown className={styles.crown} aria-label="Owner" />}
          {user.bot && <Tag>Bot</Tag>}
          {isTimedOut && <Clock className={styles.clock} aria-label="Timed out" />}
        </span>
        {user.customStatus !== null && <span className={styles.status}>{user.customStatus}</span>}
        <VisuallyHidden>{` (${presenceLabels[presence]})`}</VisuallyHidden>
      </span>
    </button>
  );
};

/** Drawn again only when it changes, and not with every step of the scrolling. */
const MemberRow = memo(({ getItems, ...props }: RowProps) => {
  const items = getItems(props.member);
  const row = (
    <div className={styles.row}>
      <MemberProfile
        serverId={props.member.serverId}
        user={props.member.user}
        side="left"
        trigger={<MemberButton {...props} />}
      />
    </div>
  );
  return items.length === 0 ? row : <ContextMenu items={items}>{row}</ContextMenu>;
});

type Entry =
  | { kind: "heading"; id: string; text: string; count: number }
  | { kind: "member"; id: string; member: Member }
  | { kind: "more"; id: string };

const listEntries = (groups: ReturnType<typeof groupMembers>, hasMore: boolean): Entry[] => {
  const toEntries = (text: string, members: readonly Member[]): Entry[] =>
    members.length === 0
      ? []
      : [
          { kind: "heading", id: text, text, count: members.length },
          ...members.map((member) => ({ kind: "member" as const, id: member.user.id, member })),
        ];
  const more: Entry[] = hasMore ? [{ kind: "more", id: "more" }] : [];
  return [...toEntries("Online", groups.online), ...toEntries("Offline", groups.offline), ...more];
};

/** Everyone of the server: who is here first. Only what is in view is drawn. */
export const MemberList = ({ serverId }: { serverId: ServerId }) => {
  const members = useMembers(serverId);
  const { data, isRefetching, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = members;
  const trouble = findTrouble(members);
  const { data: presences } = useQuery(presencesQuery);
  const { data: server } = trpc.servers.get.useQuery({ serverId }, { enabled: false });
  const { getItems, dialogs } = useMemberMenu(serverId);
  const getColor = useTextColor(serverId);
  const entries = useMemo(
    () => (data ? listEntries(groupMembers(data, presences), hasNextPage) : []),
    [data, presences, hasNextPage],
  );
  if (trouble !== null) {
    return (
      <div className={styles.note}>
        <Failure
          title="The members can’t be shown"
          error={trouble}
          onRetry={() => void refetch()}
          isRetrying={isRefetching}
        />
      </div>
    );
  }
  if (!data) return <SkeletonList label="Loading members" rows={8} />;
  return (
    <>
      <VList className={styles.list} data={entries} bufferSize={400}>
        {(entry) => {
          if (entry.kind === "heading") {
            return (
              <h3 key={entry.id} className={styles.heading}>
                {entry.text} — {entry.count}
              </h3>
            );
          }
          if (entry.kind === "more") {
            return (
              <div key={entry.id} className={styles.note}>
                <NextPage query={members}>
                  <Button
                    isWide
                    size="small"
                    isPending={isFetchingNextPage}
                    onClick={() => void fetchNextPage()}
                  >
                    Show more members
                  </Button>
                </NextPage>
              </div>
            );
          }
          const { member } = entry;
          return (
            <MemberRow
              key={entry.id}
              member={member}
              presence={presences[member.user.id] ?? "offline"}
              isOwner={server?.ownerId === member.user.id}
              color={getColor(member.roleIds)}
              getItems={getItems}
            />
          );
        }}
      </VList>
      {dialogs}
    </>
  );
};
