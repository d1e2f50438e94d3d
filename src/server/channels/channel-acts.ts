/**
 * What every act on a server's channels has in common. They are changed by one transaction at a time, so that positions,
 * parents and limits hold. What an event says of a channel is read from the access service's memory in the same tick in
 * which it is appended: a later event never carries an older state.
 */
import type { SharedChannel } from "#shared/contract/channels.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";
import type { PermissionName } from "#shared/permissions.ts";
import type { AccessService, ChannelAccess, ServerAccess } from "../access/access.service.ts";
import type { Govern } from "../access/governing.ts";
import type { ServerState } from "../access/server-state.ts";
import type { AuditRecord, AuditService } from "../audit/audit.service.ts";
import type { Transaction } from "../database/client.ts";
import type { AccessChange, EventLog } from "../events/event-log.ts";
import { tellOrReset } from "../events/tell-or-reset.ts";
import type { Actor } from "../trpc/context.ts";

interface Deps {
  govern: Govern;
  access: AccessService;
  audit: AuditService;
  events: EventLog;
}

interface Place {
  serverId: ServerId;
  channelId: ChannelId;
  permission: PermissionName;
}

export const createChannelActs = ({ govern, access, audit, events }: Deps) => {
  return {
    /** An act on one channel, with the permission there. @throws NOT_FOUND, MISSING_PERMISSION, TIMED_OUT */
    inChannel: <T>(
      actor: Actor,
      { serverId, channelId, permission }: Place,
      act: (tx: Transaction, place: ChannelAccess) => Promise<T>,
    ): Promise<T> =>
      govern(actor, { serverId }, (tx, { state }: ServerAccess) =>
        act(tx, access.requireChannelIn(state, channelId, { userId: actor.userId, permission })),
      ),

    record: (
      tx: Transaction,
      channel: Pick<SharedChannel, "id" | "name">,
      entry: Omit<AuditRecord, "target">,
    ): Promise<void> =>
      audit.record(tx, { ...entry, target: { type: "channel", id: channel.id, name: channel.name } }),

    /** Has the changed channels in memory, for rights and events. */
    learn: (serverId: ServerId): Promise<void> =>
      tellOrReset(events, { serverId }, () => access.serverChanged(serverId)),

    /**
     * Tells of the channels as they are now. The change of access comes with the first: from there on nobody is told of
     * a channel that they cannot see any more.
     */
    announceUpdates: (
      serverId: ServerId,
      channelIds: readonly ChannelId[],
      accessChange?: AccessChange,
    ): void => {
      const now = access.peek(serverId)?.channels;
      // One that was deleted since has an event of its own.
      const channels = channelIds.flatMap((id) => now?.get(id) ?? []);
      for (const [index, channel] of channels.entries()) {
        events.append({
          audience: { kind: "channel", serverId, channelId: channel.id },
          event: { t: "CHANNEL_UPDATE", d: channel },
          ...(index === 0 && accessChange && { accessChange }),
        });
      }
    },
  };
};
export type ChannelActs = ReturnType<typeof createChannelActs>;

/** The channels that follow the category. */
export const findFollowers = (state: ServerState, categoryId: ChannelId): ChannelId[] =>
  [...state.channels.values()]
    .filter(({ parentId, followsCategory }) => followsCategory && parentId === categoryId)
    .map(({ id }) => id);
