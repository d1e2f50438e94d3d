import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { useRights } from "#client/features/servers/use-rights.ts";
import { serverPermissionsOf } from "#sdk/query-cache/channels.ts";
import { ownMemberQuery } from "#sdk/query-cache/index.ts";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { ServerId } from "#shared/ids.ts";
import { parsePermissions } from "#shared/permissions.ts";

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
  const { data: server } = trpc.servers.get.useQuery({ serverId }, { enabled: false });
  const { data: all } = trpc.roles.list.useQuery({ serverId }, { enabled: false });
  const { data: member } = useQuery(ownMemberQuery(serverId));
  const roles = useRoles(serverId);
  const canManage = useRights(serverId).can("MANAGE_ROLES");
  return useMemo(() => {
    if (!canManage || !server || !all || !member) return none;
    const held = serverPermissionsOf({ server, roles: all, member });
    const isOwner = server.ownerId === member.user.id;
    const highest = Math.max(
      0,
      ...roles.map(({ id, position }) => (member.roleIds.includes(id) ? position : 0)),
    );
    const isLacking = ({ permissions }: Role): boolean =>
      ((parsePermissions(permissions) ?? 0n) & ~held) !== 0n;
    return roles.filter((role) => (isOwner || role.position < highest) && !isLacking(role));
  }, [canManage, server, all, member, roles]);
};
