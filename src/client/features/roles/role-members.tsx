import { UserPlus, UsersRound } from "lucide-react";
import { useState } from "react";

import { getMemberName } from "#client/features/members/member-index.ts";
import { useMembers } from "#client/features/members/use-members.ts";
import { useRights } from "#client/features/servers/use-rights.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { NextPage } from "#client/features/session/next-page.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { useMe } from "#client/features/users/use-me.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ItemList, ListItem } from "#client/ui/item-list.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";

import { canChangeRolesOf, canGive, canTake } from "./granting.ts";
import { TargetPicker } from "./target-picker.tsx";
import { useHolders } from "./use-roles.ts";
import styles from "./role-members.module.css";

const Holder = ({ member, role, canRemove }: { member: Member; role: Role; canRemove: boolean }) => {
  const { mutate, isPending, error } = trpc.members.setRoles.useMutation();
  const { user, serverId } = member;
  const name = getMemberName(member);
  const remove = (): void =>
    mutate({ serverId, userId: user.id, roleIds: member.roleIds.filter((id) => id !== role.id) });
  return (
    <ListItem
      picture={<Avatar id={user.id} name={name} imageUrl={user.avatarUrl} />}
      title={name}
      error={error ? errorText(error) : undefined}
      actions={
        canRemove && (
          <Button
            size="small"
            aria-label={`Take ${role.name} from ${name}`}
            isPending={isPending}
            onClick={remove}
          >
            Remove
          </Button>
        )
      }
    >
      @{user.username}
    </ListItem>
  );
};

const Give = ({ role, onGive }: { role: Role; onGive: (member: Member) => void }) => {
  const rights = useRights(role.serverId);
  const me = useMe();
  if (!rights.isAboveRole(role)) return null;
  if (!canGive(rights, role)) {
    return (
      <Callout title="You can’t give this role">
        It allows something that you may not do yourself. You can take it away.
      </Callout>
    );
  }
  return (
    <div>
      <TargetPicker
        serverId={role.serverId}
        label="Member"
        roles={[]}
        isOffered={(target) =>
          target.type === "member" &&
          !target.member.roleIds.includes(role.id) &&
          canChangeRolesOf(rights, target.member, me.id)
        }
        onChoose={(target) => target.type === "member" && onGive(target.member)}
        trigger={
          <Button size="small" icon={<UserPlus />}>
            Give it to somebody
          </Button>
        }
      />
    </div>
  );
};

/** Who has the role, and giving and taking it. It takes effect at once. */
export const RoleMembers = ({ role }: { role: Role }) => {
  const { serverId } = role;
  const rights = useRights(serverId);
  const me = useMe();
  const members = useMembers(serverId);
  const { data, refetch, isRefetching, isFetchingNextPage, fetchNextPage } = members;
  const trouble = findTrouble(members);
  const holders = useHolders(serverId).byRole.get(role.id) ?? [];
  const give = trpc.members.setRoles.useMutation();
  const [given, setGiven] = useState("");
  const giveTo = (member: Member): void =>
    give.mutate(
      { serverId, userId: member.user.id, roleIds: [...member.roleIds, role.id] },
      { onSuccess: () => setGiven(`${getMemberName(member)} has ${role.name} now.`) },
    );
  return (
    <div className={styles.members}>
      <Give role={role} onGive={giveTo} />
      {give.error && <Failure error={give.error} />}
      <output className={styles.said}>{given}</output>
      {trouble !== null && (
        <Failure
          title="The members can’t be shown"
          error={trouble}
          onRetry={() => void refetch()}
          isRetrying={isRefetching}
        />
      )}
      {!data && trouble === null && <SkeletonList label="Loading members" rows={4} />}
      {data && holders.length === 0 && (
        <EmptyState icon={<UsersRound />} title="Nobody has this role">
          Whoever gets it may do what it allows from that moment on.
        </EmptyState>
      )}
      {holders.length > 0 && (
        <ItemList label={`Members with ${role.name}`}>
          {holders.map((member) => (
            <Holder
              key={member.user.id}
              member={member}
              role={role}
              canRemove={canTake(rights, role) && canChangeRolesOf(rights, member, me.id)}
            />
          ))}
        </ItemList>
      )}
      <NextPage query={members}>
        <Button size="small" isPending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Look through more members
        </Button>
      </NextPage>
    </div>
  );
};
