import { useQuery } from "@tanstack/react-query";

import { useTimeoutEnd } from "#client/features/members/timeouts.ts";
import { ownMemberQuery } from "#sdk/query-cache/index.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { ServerId } from "#shared/ids.ts";
import { NO_PERMISSIONS, parsePermissions, type Permissions, whileTimedOut } from "#shared/permissions.ts";

export interface OwnPermissions {
  /** The caller's in the channel, as they are in this moment. */
  permissions: Permissions;
  /** Until when a timeout keeps some of them back; undefined while none does. */
  timedOutUntilMs: number | undefined;
}

/** What the caller may do in the channel, drawn again when a timeout ends. */
export const useOwnPermissions = (serverId: ServerId, channel: Channel): OwnPermissions => {
  const { data: member } = useQuery(ownMemberQuery(serverId));
  const endMs = useTimeoutEnd(member);
  const all = parsePermissions(channel.permissions) ?? NO_PERMISSIONS;
  const permissions = endMs === undefined ? all : whileTimedOut(all);
  return { permissions, timedOutUntilMs: permissions === all ? undefined : endMs };
};
