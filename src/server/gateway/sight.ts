/**
 * What a member sees of a server, worked out once per access change instead of once per event (GW9), and the one question
 * that live delivery and replay have to answer alike: does an entry concern this member?
 */
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import { hasPermission, type Permissions } from "#shared/permissions.ts";
import { type ServerState, serverPermissionsOf, visibleChannelsOf } from "../access/server-state.ts";
import type { Audience, LogEntry } from "../events/event-log.ts";

/** Never changed in place: all connections of a user share it, and a replay may hold on to an old one. */
export interface Sight {
  /** In the server as a whole. */
  permissions: Permissions;
  channels: ReadonlySet<ChannelId>;
}

/** One for each server that the user is a member of. Never changed in place either. */
export type Sights = ReadonlyMap<ServerId, Sight>;

const isSameSight = (one: Sight, other: Sight | undefined): boolean =>
  one === other ||
  (one.permissions === other?.permissions &&
    one.channels.size === other.channels.size &&
    [...one.channels].every((id) => other.channels.has(id)));

/** Works sights out, and gives members who see the same of a server the same one: it holds each of hundreds of channels. */
export class SightFinder {
  /** The newest for each set of bits. */
  readonly #known = new WeakMap<ServerState, Map<Permissions, Sight>>();

  /** Undefined for an outsider. */
  find(state: ServerState, userId: UserId): Sight | undefined {
    const permissions = serverPermissionsOf(state, userId);
    if (permissions === undefined) return undefined;
    const sight = { permissions, channels: new Set(visibleChannelsOf(state, userId).keys()) };
    const known = this.#known.get(state) ?? new Map<Permissions, Sight>();
    const same = known.get(permissions);
    if (same && isSameSight(sight, same)) return same;
    this.#known.set(state, known.set(permissions, sight));
    return sight;
  }
}

export const areSameSights = (some: Sights, others: Sights): boolean =>
  some.size === others.size && [...some].every(([id, sight]) => isSameSight(sight, others.get(id)));

/** What the user sees when they see this of the server; undefined for nothing. */
export const withSight = (sights: Sights, serverId: ServerId, sight: Sight | undefined): Sights => {
  const changed = new Map(sights);
  if (sight) changed.set(serverId, sight);
  else changed.delete(serverId);
  return changed;
};

/** Whether the member is one of those whom the audience names. */
export const isAddressed = (audience: Audience, userId: UserId, sights: Sights): boolean => {
  switch (audience.kind) {
    case "channel":
      return sights.get(audience.serverId)?.channels.has(audience.channelId) ?? false;
    case "server": {
      const sight = sights.get(audience.serverId);
      if (!sight) return false;
      return audience.permission === undefined || hasPermission(sight.permissions, audience.permission);
    }
    case "user":
      return audience.userId === userId;
    case "users":
      return audience.userIds.includes(userId);
    default:
      return audience.userId === userId || audience.serverIds.some((serverId) => sights.has(serverId));
  }
};

/** Whether what the member sees is not the same after the entry, so that a resume cannot cross it. */
export const changesSight = (entry: LogEntry, userId: UserId, sights: Sights): boolean => {
  if (entry.kind === "control") {
    const { signal } = entry;
    return signal.kind === "unheard" && (signal.userId === userId || sights.has(signal.serverId));
  }
  if (!entry.accessChange) return false;
  // Who was a member of a server that is gone cannot be known any more.
  if (entry.event.t === "SERVER_DELETE") return true;
  const { accessChange } = entry;
  return accessChange.userId === undefined
    ? sights.has(accessChange.serverId)
    : accessChange.userId === userId;
};
