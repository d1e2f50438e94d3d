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
import { useGivableRoles, useRolesOf } from "./use-roles.ts";

export const RoleChip = ({ role, action }: { role: Role; action?: ReactNode }) => (
  <li className={styles.chip}>
    <span className={styles.dot} {...(role.color !== null && { style: { background: role.color } })} />
    <span className={styles.name}>{role.name}</span>
    {action}
  </li>
);

/** What gives and takes the roles of a member; `items` is empty where the caller may do neither. */
export const useRoleItems = (serverId: Member["serverId"]) => {
  const givable = useGivableRoles(serverId);
  const { isAbove } = useRights(serverId);
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
  const getGivable = useCallback(
    (member: Member): readonly Role[] => (isAbove(member) ? givable : []),
    [isAbove, givable],
  );
  const getItems = useCallback(
    (member: Member): readonly MenuEntry[] =>
      getGivable(member).map((role) => ({
        kind: "checkbox",
        label: role.name,
        isChecked: member.roleIds.includes(role.id),
        onCheckedChange: (isChecked) => set(member, role, isChecked),
      })),
    [getGivable, set],
  );
  return { getItems, getGivable, set, isPending };
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
  const { getItems, getGivable, set, isPending } = useRoleItems(member.serverId);
  const items = getItems(member);
  const givable = getGivable(member);
  const name = getMemberName(member);
  if (roles.length === 0 && items.length === 0) return null;
  const getAction = (role: Role): ReactNode =>
    givable.includes(role) && (
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
  );
};
