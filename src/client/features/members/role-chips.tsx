import { Plus, X } from "lucide-react";
import { useCallback, type ReactNode } from "react";

import { useRights } from "#client/features/servers/use-rights.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { DropdownMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";

import { getMemberName } from "./member-index.ts";
import styles from "./role-chips.module.css";
import { useRoleRights, useRoles, useRolesOf } from "./use-roles.ts";

export const RoleChip = ({ role, action }: { role: Role; action?: ReactNode }) => (
  <li className={styles.chip}>
    <span className={styles.dot} {...(role.color !== null && { style: { background: role.color } })} />
    <span className={styles.name}>{role.name}</span>
    {action}
  </li>
);

/** What gives and takes the roles of a member; `items` is empty where the caller may do neither. */
export const useRoleItems = (serverId: Member["serverId"]) => {
  const roles = useRoles(serverId);
  const { mayGive, mayTake } = useRoleRights(serverId);
  const { isAbove, isOwner } = useRights(serverId);
  const { mutate, isPending } = trpc.members.setRoles.useMutation({
    onError: (error) => toast.error(errorText(error)),
  });
  const set = useCallback(
    (member: Member, role: Role, isGiven: boolean): void => {
      const others = member.roleIds.filter((id) => id !== role.id);
      const roleIds = isGiven ? [...others, role.id] : others;
      if (!isPending) mutate({ serverId, userId: member.user.id, roleIds });
    },
    [mutate, isPending, serverId],
  );
  /** The roles of this member that the caller may give or take: whichever of both comes into question. */
  const getOffered = useCallback(
    (member: Member): readonly Role[] =>
      isAbove(member) || isOwner
        ? roles.filter((role) => (member.roleIds.includes(role.id) ? mayTake(role) : mayGive(role)))
        : [],
    [roles, isAbove, isOwner, mayGive, mayTake],
  );
  const getItems = useCallback(
    (member: Member): readonly MenuEntry[] =>
      getOffered(member).map((role) => ({
        kind: "checkbox",
        label: role.name,
        isChecked: member.roleIds.includes(role.id),
        onCheckedChange: (isChecked) => set(member, role, isChecked),
      })),
    [getOffered, set],
  );
  return { getItems, getOffered, set, isPending };
};

/** The roles of a member, to look at. */
export const RoleChips = ({ member }: { member: Member }) => {
  const roles = useRolesOf(member);
  if (roles.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label={`Roles of ${getMemberName(member)}`}>
      {roles.map((role) => (
        <RoleChip key={role.id} role={role} />
      ))}
    </ul>
  );
};

/** The roles of a member, of which those can be taken and given here that the caller may. */
export const RoleEditor = ({ member }: { member: Member }) => {
  const roles = useRolesOf(member);
  const { getItems, getOffered, set, isPending } = useRoleItems(member.serverId);
  const items = getItems(member);
  const offered = getOffered(member);
  const name = getMemberName(member);
  if (roles.length === 0 && items.length === 0) return null;
  const getAction = (role: Role): ReactNode =>
    offered.includes(role) && (
      <button
        type="button"
        className={styles.remove}
        aria-label={`Take the role ${role.name} from ${name}`}
        onClick={() => set(member, role, false)}
      >
        <X aria-hidden />
      </button>
    );
  return (
    <div className={styles.editor}>
      <p className={styles.title} aria-hidden>
        Roles
      </p>
      <ul className={styles.chips} aria-label={`Roles of ${name}`} data-pending={isPending}>
        {roles.map((role) => (
          <RoleChip key={role.id} role={role} action={getAction(role)} />
        ))}
        {items.length > 0 && (
          <li>
            <DropdownMenu items={items} align="start">
              <button type="button" className={styles.add} aria-label={`Add a role to ${name}`}>
                <Plus aria-hidden />
              </button>
            </DropdownMenu>
          </li>
        )}
      </ul>
    </div>
  );
};
