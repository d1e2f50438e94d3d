import { useMemo } from "react";

import { canGive, canTake } from "#client/features/roles/granting.ts";
import { useRights } from "#client/features/servers/use-rights.ts";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { ServerId } from "#shared/ids.ts";

const none: readonly Role[] = [];

/** The server's roles, highest first, without @everyone, which everybody has. */
export const useRoles = (serverId: ServerId): readonly Role[] => {
  const { data } = trpc.roles.list.useQuery({ serverId }, { enabled: false });
  return useMemo(() => data?.filter(({ position }) => position > 0) ?? none, [data]);
};

/** Those that a member has, highest first. */
export const useRolesOf = (member: Member): readonly Role[] => {
  const roles = useRoles(member.serverId);
  return useMemo(() => roles.filter(({ id }) => member.roleIds.includes(id)), [roles, member.roleIds]);
};

export interface RoleRights {
  /** Whether the caller may give the role: it stands below their own and has no permission that they lack. */
  mayGive: (role: Role) => boolean;
  /** Whether they may take it. */
  mayTake: (role: Role) => boolean;
}

/** What the caller may do with the server's roles. */
export const useRoleRights = (serverId: ServerId): RoleRights => {
  const rights = useRights(serverId);
  return useMemo(() => {
    const isAllowed = rights.can("MANAGE_ROLES");
    return {
      mayGive: (role) => isAllowed && canGive(rights, role),
      mayTake: (role) => isAllowed && canTake(rights, role),
    };
  }, [rights]);
};

/** The roles that the caller may give to whomever they may govern. */
export const useGivableRoles = (serverId: ServerId): readonly Role[] => {
  const roles = useRoles(serverId);
  const { mayGive } = useRoleRights(serverId);
  return useMemo(() => roles.filter(mayGive), [roles, mayGive]);
};
