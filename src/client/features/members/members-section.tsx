import { Ellipsis, UsersRound } from "lucide-react";
import { useCallback, useState } from "react";

import { Failure } from "#client/features/session/failure.tsx";
import { NextPage } from "#client/features/session/next-page.tsx";
import { formatUntil } from "#client/lib/time.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { ItemList, ListItem } from "#client/ui/item-list.tsx";
import { LoadMore } from "#client/ui/load-more.tsx";
import { ContextMenu, DropdownMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { SearchField } from "#client/ui/search-field.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import type { Member } from "#shared/contract/members.ts";
import type { ServerId } from "#shared/ids.ts";

import { getMemberName } from "./member-index.ts";
import { RoleChips } from "./role-chips.tsx";
import styles from "./sections.module.css";
import { useTimeoutEnd } from "./timeouts.ts";
import { useMemberMenu } from "./use-member-menu.tsx";
import { useMemberSearch } from "./use-member-search.ts";

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

const Found = ({ serverId, typed }: { serverId: ServerId; typed: string }) => {
  const found = useMemberSearch(serverId, typed);
  const { members, trouble, refetch, isFetching, fetchNextPage } = found;
  const { getItems, dialogs } = useMemberMenu(serverId);
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  if (trouble !== null) {
    return (
      <Failure
        title="The members can’t be shown"
        error={trouble}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    );
  }
  if (!members) return <SkeletonList label="Loading members" rows={6} />;
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
      <NextPage query={found}>
        <LoadMore label="Show more members" isPending={found.isFetchingNextPage} onLoad={loadMore} />
      </NextPage>
      {dialogs}
    </>
  );
};

/** Everyone of the server, to be found by name and governed. */
export const MembersSection = ({ serverId }: { serverId: ServerId }) => {
  const [typed, setTyped] = useState("");
  return (
    <div className={styles.section}>
      <SearchField
        label="Find a member"
        placeholder="Name of a member"
        value={typed}
        onValueChange={setTyped}
      />
      <Found serverId={serverId} typed={typed} />
    </div>
  );
};
