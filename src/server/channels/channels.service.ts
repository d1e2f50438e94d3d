/** The rules of channels: how they are made, changed, put in order and deleted, and what becomes of their rights then. */
import type { AuditFields } from "#shared/contract/audit.ts";
import type {
  Channel,
  CreateChannel,
  OverrideInput,
  ReorderChannels,
  SharedChannel,
  UpdateChannel,
} from "#shared/contract/channels.ts";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { hasPermission, type Permissions } from "#shared/permissions.ts";
import type { AccessService, ChannelAccess, ServerAccess } from "../access/access.service.ts";
import type { Govern } from "../access/governing.ts";
import { channelPermissionsOf, type ServerState, visibleChannelsOf } from "../access/server-state.ts";
import type { AuditService } from "../audit/audit.service.ts";
import type { Transaction } from "../database/client.ts";
import type { EventLog } from "../events/event-log.ts";
import { AppError, invalidInput } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/id-source.ts";
import type { Actor } from "../trpc/context.ts";
import { createChannelActs, findFollowers } from "./channel-acts.ts";
import { createChannelOverrides, presentOverride } from "./channel-overrides.ts";
import {
  findChanges,
  findParentFault,
  findFollowersAfterMove,
  type Move,
  type PlacedChannel,
  reorder,
} from "./channels.policy.ts";
import { presentChannel } from "./channels.present.ts";
import type { ChannelDraft, ChannelPlace, ChannelsRepo } from "./channels.repo.ts";
import { requireFirstOverrides } from "./override-rules.ts";

interface Deps {
  govern: Govern;
  repo: ChannelsRepo;
  access: AccessService;
  audit: AuditService;
  events: EventLog;
  clock: Clock;
  ids: IdSource;
}

/** What a new channel begins with. */
interface Beginning {
  draft: ChannelDraft & { position: number };
  overrides: OverrideInput[] | undefined;
}

export const createChannelsService = (deps: Deps) => {
  const { govern, repo, access, audit, events, clock, ids } = deps;
  const acts = createChannelActs(deps);

  /** The channel as the caller sees it now. @throws NOT_FOUND when it is gone, or gone out of sight */
  const getForCaller = async ({ userId }: Actor, channelId: ChannelId): Promise<Channel> => {
    const { channel, state } = await access.requireChannel(userId, channelId);
    const last = await repo.findLastMessages([channelId]);
    return presentChannel(channel, channelPermissionsOf(state, userId, channel), last.get(channelId));
  };

  const begin = (
    { userId }: Actor,
    { state, permissions }: ServerAccess,
    { serverId, name, type, topic = null, parentId = null, overrides }: CreateChannel,
  ): Beginning => {
    const all = placedChannels(state, userId);
    if (all.length >= limits.channelsPerServer)
      throw new AppError("TOO_LARGE", { limit: limits.channelsPerServer });
    const fault = findParentFault({ type, parentId: null }, parentId, all);
    if (fault) throw invalidInput("parentId", fault);
    const category = parentId === null ? undefined : state.channels.get(parentId);
    const governor = {
      state,
      actorId: userId,
      permissions: category ? channelPermissionsOf(state, userId, category) : permissions,
    };
    // Its maker is to see it; whoever sees its category does.
    if (!overrides && !hasPermission(governor.permissions, "VIEW_CHANNEL"))
      throw new AppError("MISSING_PERMISSION", { permission: "VIEW_CHANNEL" });
    const followsCategory = parentId !== null && !overrides;
    const position = (all.at(-1)?.position ?? -1) + 1;
    const createdAt = nowDate(clock);
    return {
      draft: {
        id: ids.channelId(),
        serverId,
        type,
        name,
        topic,
        parentId,
        followsCategory,
        position,
        createdAt,
      },
      overrides: overrides && requireFirstOverrides(governor, overrides, type),
    };
  };

  /** Puts the channels under other parents by `write`. @returns those that follow their new category */
  const move = async (
    tx: Transaction,
    { state }: ServerAccess,
    { moved, write }: { moved: readonly Move[]; write: () => Promise<void> },
  ): Promise<ReadonlySet<ChannelId>> => {
    const followers = findFollowersAfterMove(state.channels, moved);
    await repo.keepOverrides(
      tx,
      moved.map(({ id }) => id),
    );
    await write();
    await repo.followCategory(tx, followers);
    return new Set(followers);
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
     * A new channel at the end. Without overrides it follows its category; with them they are its own from the first
     * moment on, so that a private channel never was public.
     * @throws TOO_LARGE at the server's limit, INVALID_INPUT for a parent that is not a category of the server, what
     * `requireFirstOverrides` throws, MISSING_PERMISSION for one who may not see it themselves
     */
    async create(actor: Actor, { serverId }: ServerAccess, input: CreateChannel): Promise<Channel> {
      const wanted = { serverId, permission: "MANAGE_CHANNELS" } as const;
      const id = await govern(actor, wanted, async (tx, place) => {
        const { draft, overrides } = begin(actor, place, input);
        await repo.insert(tx, draft);
        await repo.insertOverrides(tx, draft.id, overrides ?? []);
        const { name, type, parentId } = draft;
        await acts.record(tx, draft, {
          serverId,
          actorId: actor.userId,
          action: "channels.create",
          after: { name, type, parentId, ...(overrides && { overrides: overrides.map(presentOverride) }) },
        });
        return draft.id;
      });
      await acts.learn(serverId);
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

    /**
     * A channel that is moved keeps its rights (`keepOverrides`).
     * @throws INVALID_INPUT for a parent that is not a category of the server, and for slow mode where nobody writes
     */
    async update(actor: Actor, { serverId }: ChannelAccess, input: UpdateChannel): Promise<Channel> {
      const { channelId } = input;
      const wanted = { serverId, channelId, permission: "MANAGE_CHANNELS" } as const;
      const isChanged = await acts.inChannel(actor, wanted, async (tx, place) => {
        const { channel, state } = place;
        const patch = findChanges(channel, input);
        if (Object.keys(patch).length === 0) return false;
        if (patch.slowModeSeconds !== undefined && channel.type !== "text")
          throw invalidInput("slowModeSeconds", "is for text channels");
        const { parentId } = patch;
        const fault =
          parentId !== undefined && findParentFault(channel, parentId, placedChannels(state, actor.userId));
        if (fault) throw invalidInput("parentId", fault);
        const write = () => repo.update(tx, channelId, patch);
        let after: AuditFields = { ...patch };
        if (parentId === undefined) await write();
        else {
          const followers = await move(tx, place, { moved: [{ id: channelId, parentId }], write });
          const followsCategory = followers.has(channelId);
          if (followsCategory !== channel.followsCategory) after = { ...after, followsCategory };
        }
        await acts.record(tx, channel, {
          serverId,
          actorId: actor.userId,
          action: "channels.update",
          before: pickFields(channel, after),
          after,
        });
        return true;
      });
      if (isChanged) {
        await acts.learn(serverId);
        acts.announceUpdates(serverId, [channelId]);
      }
      return getForCaller(actor, channelId);
    },

    /**
     * With all that was said there. Channels of a deleted category stay, without one; what they followed becomes their
     * own, so that a private one does not become public.
     * @throws NOT_FOUND
     */
    async delete(actor: Actor, { serverId, channel: { id } }: ChannelAccess): Promise<void> {
      const wanted = { serverId, channelId: id, permission: "MANAGE_CHANNELS" } as const;
      const orphans = await acts.inChannel(actor, wanted, async (tx, { channel, state }) => {
        await repo.keepOverrides(tx, findFollowers(state, id));
        await repo.delete(tx, id);
        await acts.record(tx, channel, {
          serverId,
          actorId: actor.userId,
          action: "channels.delete",
          before: { name: channel.name, type: channel.type },
        });
        return [...state.channels.values()].filter(({ parentId }) => parentId === id);
      });
      await acts.learn(serverId);
      events.append({
        audience: { kind: "channel", serverId, channelId: id },
        event: { t: "CHANNEL_DELETE", d: { id, serverId } },
        accessChange: { serverId },
      });
      acts.announceUpdates(
        serverId,
        orphans.map((orphan) => orphan.id),
      );
    },

    /**
     * Puts the channels that exist for the caller into this order; the others keep their places (`reorder`). One that is
     * moved under another category keeps its rights.
     * @throws INVALID_INPUT when the order does not name exactly those, or a parent is not a category among them
     */
    async reorder(actor: Actor, { serverId }: ServerAccess, { order }: ReorderChannels): Promise<void> {
      const wanted = { serverId, permission: "MANAGE_CHANNELS" } as const;
      const changedIds = await govern(actor, wanted, async (tx, place): Promise<ChannelId[]> => {
        const { channels } = place.state;
        const outcome = reorder(placedChannels(place.state, actor.userId), order);
        if ("fault" in outcome) throw invalidInput("order", outcome.fault);
        const { places } = outcome;
        if (places.length === 0) return [];
        const moved = places.filter(({ id, parentId }) => channels.get(id)?.parentId !== parentId);
        await move(tx, place, { moved, write: () => repo.place(tx, places) });
        const before = places.flatMap(({ id }) => channels.get(id) ?? []);
        await audit.record(tx, {
          serverId,
          actorId: actor.userId,
          action: "channels.reorder",
          target: { type: "server", id: serverId },
          before: { places: before.map(presentPlace) },
          after: { places: places.map(presentPlace) },
        });
        return places.map(({ id }) => id);
      });
      if (changedIds.length === 0) return;
      await acts.learn(serverId);
      acts.announceUpdates(serverId, changedIds);
    },

    ...createChannelOverrides({ repo, acts }),
  };
};
export type ChannelsService = ReturnType<typeof createChannelsService>;

const placedChannels = (state: ServerState, userId: UserId): PlacedChannel[] => {
  const visible = visibleChannelsOf(state, userId);
  return [...state.channels.values()].map((channel) => ({
    id: channel.id,
    type: channel.type,
    parentId: channel.parentId,
    position: channel.position,
    isVisible: visible.has(channel.id),
  }));
};

const presentPlace = ({ id, parentId, position }: ChannelPlace): AuditFields => ({ id, parentId, position });

/** What the named fields were. */
const pickFields = (channel: SharedChannel, changed: AuditFields): AuditFields => {
  const { name, topic, parentId, slowModeSeconds, followsCategory } = channel;
  const all: AuditFields = { name, topic, parentId, slowModeSeconds, followsCategory };
  return Object.fromEntries(Object.keys(changed).map((key) => [key, all[key] ?? null]));
};

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
