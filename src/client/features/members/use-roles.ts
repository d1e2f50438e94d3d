import { useMemo } from "react";

import { canGive } from "#client/features/roles/granting.ts";
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

/** The roles that the caller may give and take: below their own highest, and without a permission that they lack. */
export const useGivableRoles = (serverId: ServerId): readonly Role[] => {
  const roles = useRoles(serverId);
  const rights = useRights(serverId);
  return useMemo(
    () => (rights.can("MANAGE_ROLES") ? roles.filter((role) => canGive(rights, role)) : none),
    [roles, rights],
  );
};
