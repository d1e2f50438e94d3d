import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { useIsBefore } from "#client/lib/at-moment.ts";
import { ownMemberQuery, type Standing } from "#sdk/query-cache/index.ts";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { ServerId } from "#shared/ids.ts";
import { hasPermission, type PermissionName, type Permissions } from "#shared/permissions.ts";

import { noRights, resolveRights, type Rights, standAs } from "./rights.ts";
import { useViewing } from "./view-as/view-as-context.tsx";

/** What the caller's rights follow from, without regard to a view as somebody else; undefined until it is known. */
export const useStanding = (serverId: ServerId): Standing | undefined => {
  const { data: server } = trpc.servers.get.useQuery({ serverId }, { enabled: false });
  const { data: roles } = trpc.roles.list.useQuery({ serverId }, { enabled: false });
  const { data: member } = useQuery(ownMemberQuery(serverId));
  return useMemo(
    () => (server && roles && member ? { server, roles, member } : undefined),
    [server, roles, member],
  );
};

/**
 * What the caller may do in the server and its channels, or whoever they see it as; nothing until it is known. The server
 * decides: this hides what it would refuse. A timeout ends by itself.
 */
export const useRights = (serverId: ServerId): Rights => {
  const standing = useStanding(serverId);
  const { viewAs } = useViewing();
  const isTimedOut = useIsBefore(standing?.member.timeoutUntil);
  const roleIds = viewAs?.serverId === serverId ? viewAs.roleIds : undefined;
  return useMemo(() => {
    if (!standing) return noRights;
    if (roleIds) return resolveRights(standAs(standing, roleIds), false);
    return resolveRights(standing, isTimedOut);
  }, [standing, roleIds, isTimedOut]);
};

export interface ChannelRights {
  bits: Permissions;
  /** Until when the caller is timed out, in ISO 8601; null when they are not. */
  timeoutUntil: string | null;
  can: (permission: PermissionName) => boolean;
}

/** The same in one channel. */
export const useChannelRights = (serverId: ServerId, channel: Channel): ChannelRights => {
  const { bitsIn, timeoutUntil } = useRights(serverId);
  return useMemo(() => {
    const bits = bitsIn(channel);
    return { bits, timeoutUntil, can: (permission) => hasPermission(bits, permission) };
  }, [bitsIn, timeoutUntil, channel]);
};

/** Of these channels, those that are seen: all, but for whoever sees the server as somebody else. */
export const useSeenChannels = <T extends readonly Channel[] | undefined>(
  serverId: ServerId,
  channels: T,
): T | readonly Channel[] => {
  const { viewAs } = useViewing();
  const { canIn } = useRights(serverId);
  const isOther = viewAs?.serverId === serverId;
  return useMemo(
    () => (isOther && channels ? channels.filter((channel) => canIn(channel, "VIEW_CHANNEL")) : channels),
    [isOther, channels, canIn],
  );
};
