/**
 * The rules of channels. A server's channels are changed by one transaction at a time (its row is locked), so that
 * positions, parents and limits hold. What an event says of a channel is read from the access service's memory in the
 * same tick in which it is appended: a later event never carries an older state.
 */
import type { Channel, CreateChannel, ReorderChannels, UpdateChannel } from "#shared/contract/channels.ts";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import type { Permissions } from "#shared/permissions.ts";
import type { AccessService, ChannelAccess, ServerAccess } from "../access/access.service.ts";
import { type ServerState, visibleChannelsOf } from "../access/server-state.ts";
import type { AuditRecord, AuditService } from "../audit/audit.service.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { lockServer } from "../database/locks.ts";
import type { AccessChange, EventLog } from "../events/event-log.ts";
import { tellOrReset } from "../events/tell-or-reset.ts";
import { AppError } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/id-source.ts";
import type { Actor } from "../trpc/context.ts";
import { createChannelOverrides } from "./channel-overrides.ts";
import { findParentFault, type PlacedChannel, reorder } from "./channels.policy.ts";
import { presentChannel } from "./channels.present.ts";
import type { ChannelPatch, ChannelsRepo } from "./channels.repo.ts";

interface Deps {
  db: Database;
  repo: ChannelsRepo;
  access: AccessService;
  audit: AuditService;
  events: EventLog;
  clock: Clock;
  ids: IdSource;
}

export const createChannelsService = (deps: Deps) => {
  const { db, repo, access, audit, events, clock, ids } = deps;

  /** The server's channels under its lock. @throws NOT_FOUND */
  const lockChannels = async (
    tx: Transaction,
    { state }: ServerAccess,
    userId: UserId,
  ): Promise<PlacedChannel[]> => {
    if (!(await lockServer(tx, state.id, "no key update"))) throw new AppError("NOT_FOUND");
    const visible = visibleChannelsOf(access.peek(state.id) ?? state, userId);
    const rows = await repo.list(tx, state.id);
    return rows.map((row) => ({ ...row, isVisible: visible.has(row.id) }));
  };

  const record = (tx: Transaction, actor: Actor, entry: Omit<AuditRecord, "actorId">) =>
    audit.record(tx, { ...entry, actorId: actor.userId });

  /** Has the changed channels in memory, for rights and events. */
  const learn = (serverId: ServerId): Promise<void> =>
    tellOrReset(events, { serverId }, () => access.serverChanged(serverId));

  const announceUpdate = (serverId: ServerId, channelId: ChannelId, accessChange?: AccessChange): void => {
    const channel = access.peek(serverId)?.channels.get(channelId);
    // Deleted since: that event says it.
    if (!channel) return;
    const audience = { kind: "channel", serverId, channelId } as const;
    events.append({
      audience,
      event: { t: "CHANNEL_UPDATE", d: channel },
      ...(accessChange && { accessChange }),
    });
  };

  /** The channel as the caller sees it now. @throws NOT_FOUND when it is gone, or gone out of sight */
  const getForCaller = async (actor: Actor, channelId: ChannelId): Promise<Channel> => {
    const { channel, permissions } = await access.requireChannel(actor.userId, channelId);
    const last = await repo.findLastMessages([channelId]);
    return presentChannel(channel, permissions, last.get(channelId));
  };

  return {
    /** The channels that exist for the caller, in their order. */
    async list(actor: Actor, { state }: ServerAccess): Promise<Channel[]> {
      const lists = await listVisible(repo, actor.userId, [state]);
      return lists.get(state.id) ?? [];
    },

    /** The same for many servers in one query. */
    listVisible: (userId: UserId, states: readonly ServerState[]) => listVisible(repo, userId, states),

    /**
     * A new channel at the end.
     * @throws TOO_LARGE at the server's limit, INVALID_INPUT for a parent that is not a category of the server
     */
    async create(
      actor: Actor,
      place: ServerAccess,
      { serverId, name, type, ...input }: CreateChannel,
    ): Promise<Channel> {
      const id = ids.channelId();
      await withTransaction(db, async (tx) => {
        const all = await lockChannels(tx, place, actor.userId);
        if (all.length >= limits.channelsPerServer)
          throw new AppError("TOO_LARGE", { limit: limits.channelsPerServer });
        const parentId = input.parentId ?? null;
        const fault = findParentFault({ type, parentId: null }, parentId, all);
        if (fault) throw invalid("parentId", fault);
        const position = (all.at(-1)?.position ?? -1) + 1;
        const draft = {
          id,
          serverId,
          type,
          name,
          topic: input.topic ?? null,
          parentId,
          createdAt: nowDate(clock),
        };
        await repo.insert(tx, { ...draft, position });
        await record(tx, actor, {
          serverId,
          action: "channels.create",
          target: { type: "channel", id, name },
          after: { name, type, parentId },
        });
      });
      await learn(serverId);
      const channel = access.peek(serverId)?.channels.get(id);
      if (channel) {
        events.append({
          audience: { kind: "channel", serverId, channelId: id },
          event: { t: "CHANNEL_CREATE", d: channel },
          accessChange: { serverId },
        });
      }
      return getForCaller(actor, id);
    },

    /** @throws INVALID_INPUT for a parent that is not a category of the server, NOT_FOUND */
    async update(
      actor: Actor,
      place: ChannelAccess,
      { channelId, name, topic, parentId }: UpdateChannel,
    ): Promise<Channel> {
      const { serverId, channel } = place;
      const patch: ChannelPatch = {
        ...(name !== undefined && name !== channel.name && { name }),
        ...(topic !== undefined && topic !== channel.topic && { topic }),
        ...(parentId !== undefined && parentId !== channel.parentId && { parentId }),
      };
      if (Object.keys(patch).length > 0) {
        await withTransaction(db, async (tx) => {
          const all = await lockChannels(tx, place, actor.userId);
          const fault = patch.parentId !== undefined && findParentFault(channel, patch.parentId, all);
          if (fault) throw invalid("parentId", fault);
          if (!(await repo.update(tx, channelId, patch))) throw new AppError("NOT_FOUND");
          const before = { name: channel.name, topic: channel.topic, parentId: channel.parentId };
          await record(tx, actor, {
            serverId,
            action: "channels.update",
            target: { type: "channel", id: channelId, name: channel.name },
            before,
            after: { ...before, ...patch },
          });
        });
        await learn(serverId);
        announceUpdate(serverId, channelId);
      }
      return getForCaller(actor, channelId);
    },

    /** With all that was said there. Channels of a deleted category stay, without one. @throws NOT_FOUND */
    async delete(actor: Actor, place: ChannelAccess): Promise<void> {
      const { serverId, channel } = place;
      const orphans = await withTransaction(db, async (tx) => {
        const all = await lockChannels(tx, place, actor.userId);
        if (!(await repo.delete(tx, channel.id))) throw new AppError("NOT_FOUND");
        await record(tx, actor, {
          serverId,
          action: "channels.delete",
          target: { type: "channel", id: channel.id, name: channel.name },
          before: { name: channel.name, type: channel.type },
        });
        return all.filter(({ parentId }) => parentId === channel.id);
      });
      await learn(serverId);
      events.append({
        audience: { kind: "channel", serverId, channelId: channel.id },
        event: { t: "CHANNEL_DELETE", d: { id: channel.id, serverId } },
        accessChange: { serverId },
      });
      for (const orphan of orphans) announceUpdate(serverId, orphan.id);
    },

    /**
     * Puts the channels that exist for the caller into this order; the others keep their places (`reorder`).
     * @throws INVALID_INPUT when the order does not name exactly those, or a parent is not a category among them
     */
    async reorder(actor: Actor, place: ServerAccess, { serverId, order }: ReorderChannels): Promise<void> {
      const places = await withTransaction(db, async (tx) => {
        const outcome = reorder(await lockChannels(tx, place, actor.userId), order);
        if ("fault" in outcome) throw invalid("order", outcome.fault);
        if (outcome.places.length === 0) return [];
        await repo.place(tx, outcome.places);
        await record(tx, actor, {
          serverId,
          action: "channels.reorder",
          target: { type: "server", id: serverId },
          after: { places: outcome.places.map((moved) => ({ ...moved })) },
        });
        return outcome.places;
      });
      if (places.length === 0) return;
      await learn(serverId);
      for (const { id } of places) announceUpdate(serverId, id);
    },

    followCategory: (_actor: Actor, _place: ChannelAccess): Promise<void> => {
      throw new Error("not built yet");
    },

    ...createChannelOverrides({ db, repo, learn, audit, announceUpdate }),
  };
};
export type ChannelsService = ReturnType<typeof createChannelsService>;

const invalid = (path: string, message: string) =>
  new AppError("INVALID_INPUT", { issues: [{ path, message }] });

const listVisible = async (
  repo: ChannelsRepo,
  userId: UserId,
  states: readonly ServerState[],
): Promise<Map<ServerId, Channel[]>> => {
  const visible = new Map(states.map((state) => [state, visibleChannelsOf(state, userId)]));
  const last = await repo.findLastMessages(
    [...visible.values()].flatMap((permissions) => [...permissions.keys()]),
  );
  const present = (state: ServerState, permissions: Map<ChannelId, Permissions>): Channel[] =>
    [...state.channels.values()].flatMap((channel) => {
      const own = permissions.get(channel.id);
      return own === undefined ? [] : [presentChannel(channel, own, last.get(channel.id))];
    });
  return new Map([...visible].map(([state, permissions]) => [state.id, present(state, permissions)]));
};
