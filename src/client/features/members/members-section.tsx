import { keepPreviousData } from "@tanstack/react-query";
import { Ellipsis, Search, UsersRound } from "lucide-react";
import { useCallback, useState } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { formatUntil } from "#client/lib/time.ts";
import { useSettled } from "#client/lib/use-settled.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { ItemList, ListItem } from "#client/ui/item-list.tsx";
import { LoadMore } from "#client/ui/load-more.tsx";
import { ContextMenu, DropdownMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { ServerId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";

import { getMemberName } from "./member-index.ts";
import { RoleChips } from "./role-chips.tsx";
import styles from "./sections.module.css";
import { useTimeoutEnd } from "./timeouts.ts";
import { useMemberMenu } from "./use-member-menu.tsx";

/** As many as one looks through at once. */
const pageSize = 50;

const dateFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

const getHandle = (member: Member): string => {
  const { username, displayName } = member.user;
  return getMemberName(member) === displayName ? `@${username}` : `${displayName} · @${username}`;
};

const MemberItem = ({ member, items }: { member: Member; items: readonly MenuEntry[] }) => {
  const { user } = member;
  const name = getMemberName(member);
  const timeoutEndMs = useTimeoutEnd(member);
  return (
    <ContextMenu items={items}>
      <ListItem
        picture={<Avatar id={user.id} name={name} imageUrl={user.avatarUrl} />}
        title={name}
        actions={
          <DropdownMenu items={items}>
            <IconButton label={`Options for ${name}`} icon={<Ellipsis />} />
          </DropdownMenu>
        }
      >
        <div className={styles.facts}>
          <p>
            {getHandle(member)} · joined {dateFormat.format(new Date(member.joinedAt))}
            {timeoutEndMs !== undefined && (
              <span className={styles.timeout}> · timed out until {formatUntil(timeoutEndMs)}</span>
            )}
          </p>
          <RoleChips member={member} />
        </div>
      </ListItem>
    </ContextMenu>
  );
};

const useFoundMembers = (serverId: ServerId, query: string) =>
  trpc.members.list.useInfiniteQuery(
    { serverId, limit: pageSize, ...(query !== "" && { query }) },
    { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined, placeholderData: keepPreviousData },
  );

const Found = ({ serverId, query }: { serverId: ServerId; query: string }) => {
  const found = useFoundMembers(serverId, query);
  const { data, error, refetch, isFetching, fetchNextPage, isFetchNextPageError } = found;
  const { getItems, dialogs } = useMemberMenu(serverId);
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (!data && error) {
    return (
      <Callout
        tone="danger"
        title="The members can’t be shown"
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      >
        {errorText(error)}
      </Callout>
    );
  }
  if (!data) return <SkeletonList label="Loading members" rows={6} />;
  const members = data.pages.flatMap((page) => page.members);
  if (members.length === 0) {
    return (
      <EmptyState icon={<UsersRound />} title="Nobody found">
        No member is called that.
      </EmptyState>
    );
  }
  return (
    <>
      <ItemList label="Members">
        {members.map((member) => (
          <MemberItem key={member.user.id} member={member} items={getItems(member)} />
        ))}
      </ItemList>
      {found.hasNextPage && (
        <LoadMore
          label="Show more members"
          isPending={found.isFetchingNextPage}
          isFailed={isFetchNextPageError}
          onLoad={loadMore}
        />
      )}
      {dialogs}
    </>
  );
};

/** Everyone of the server, to be found by name and governed. */
export const MembersSection = ({ serverId }: { serverId: ServerId }) => {
  const [typed, setTyped] = useState("");
  const query = useSettled(typed.trim().slice(0, limits.displayName.maxLength));
  return (
    <div className={styles.section}>
      <TextField
        label="Find a member"
        isLabelHidden
        type="search"
        icon={<Search />}
        placeholder="Name of a member"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Found serverId={serverId} query={query} />
    </div>
  );
};
