import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { serverPermissionsOf } from "#sdk/query-cache/channels.ts";
import { ownMemberQuery } from "#sdk/query-cache/index.ts";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import { hasPermission, type PermissionName } from "#shared/permissions.ts";

export interface Rights {
  isOwner: boolean;
  can: (permission: PermissionName) => boolean;
  /** Whether this member stands below the caller, so that what is permitted may be done to them. */
  isAbove: (member: Member) => boolean;
}

const none: Rights = { isOwner: false, can: () => false, isAbove: () => false };

/** As the server counts it: the owner above all, else the highest role. */
const standingOf = (
  userId: UserId,
  roleIds: Member["roleIds"],
  { server, roles }: { server: Server; roles: Role[] },
) =>
  userId === server.ownerId
    ? Number.POSITIVE_INFINITY
    : roles.reduce(
        (highest, { id, position }) => (roleIds.includes(id) ? Math.max(highest, position) : highest),
        0,
      );

/** What the caller may do in the server; nothing until it is known. The server decides: this hides what it would refuse. */
export const useRights = (serverId: ServerId): Rights => {
  const { data: server } = trpc.servers.get.useQuery({ serverId }, { enabled: false });
  const { data: roles } = trpc.roles.list.useQuery({ serverId }, { enabled: false });
  const { data: member } = useQuery(ownMemberQuery(serverId));
  return useMemo(() => {
    if (!server || !roles || !member) return none;
    const permissions = serverPermissionsOf({ server, roles, member });
    const places = { server, roles };
    const own = standingOf(member.user.id, member.roleIds, places);
    return {
      isOwner: server.ownerId === member.user.id,
      can: (permission) => hasPermission(permissions, permission),
      isAbove: ({ user, roleIds }) =>
        user.id !== member.user.id && own > standingOf(user.id, roleIds, places),
    };
  }, [server, roles, member]);
};
