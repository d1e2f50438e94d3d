import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { ChannelType, OverrideInput } from "#shared/contract/channels.ts";
import type { ChannelId, MessageId, OverrideTarget, ServerId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { inIdRange, newestFirst } from "../database/id-range.ts";
import { channelOverrides, channels } from "../database/schema/channels.ts";
import { messages } from "../database/schema/messages.ts";

export interface ChannelDraft {
  id: ChannelId;
  serverId: ServerId;
  type: ChannelType;
  name: string;
  topic: string | null;
  parentId: ChannelId | null;
  followsCategory: boolean;
  createdAt: Date;
}

export interface ChannelPatch {
  name?: string;
  topic?: string | null;
  parentId?: ChannelId | null;
  slowModeSeconds?: number;
}

export interface ChannelPlace {
  id: ChannelId;
  parentId: ChannelId | null;
  position: number;
}

/** How long the deletion of a channel with all of its messages may take: about a million rows on a small machine. */
const deletionTimeoutMs = 120_000;

const overrideOf = (channelId: ChannelId, { type, id }: OverrideTarget) =>
  and(
    eq(channelOverrides.channelId, channelId),
    type === "role" ? eq(channelOverrides.roleId, id) : eq(channelOverrides.userId, id),
  );

const byChannel = { owner: messages.channelId, id: messages.id };

export const createChannelsRepo = (db: Executor) => {
  const newest = db
    .select({ id: messages.id })
    .from(messages)
    .where(and(inIdRange(byChannel, { owner: channels.id }), isNull(messages.deletedAt)))
    .orderBy(...newestFirst(byChannel))
    .limit(1)
    .as("newest");

  const lastMessages = db
    .select({ channelId: channels.id, messageId: newest.id })
    .from(channels)
    .crossJoinLateral(newest)
    .where(sql`${channels.id} = any(${sql.placeholder("channelIds")}::uuid[])`)
    .prepare("channels_last_messages");

  return {
    /** For the tests of their plans. */
    hotStatements: { lastMessages },

    /** The newest message of each channel that has one. */
    async findLastMessages(channelIds: readonly ChannelId[]): Promise<Map<ChannelId, MessageId>> {
      if (channelIds.length === 0) return new Map();
      const rows = await lastMessages.execute({ channelIds });
      return new Map(rows.map((row) => [row.channelId, row.messageId]));
    },

    async insert(tx: Executor, draft: ChannelDraft & { position: number }): Promise<void> {
      await tx.insert(channels).values(draft);
    },

    async update(tx: Executor, id: ChannelId, patch: ChannelPatch): Promise<void> {
      await tx.update(channels).set(patch).where(eq(channels.id, id));
    },

    async delete(tx: Executor, id: ChannelId): Promise<void> {
      await tx.execute(sql.raw(`set local statement_timeout = ${deletionTimeoutMs}`));
      await tx.delete(channels).where(eq(channels.id, id));
    },

    async place(tx: Executor, places: readonly ChannelPlace[]): Promise<void> {
      const wanted = sql`unnest(${sql.param(places.map(({ id }) => id))}::uuid[],
        ${sql.param(places.map(({ parentId }) => parentId))}::uuid[],
        ${sql.param(places.map(({ position }) => position))}::int[]) as wanted (id, parent_id, position)`;
      await tx
        .update(channels)
        .set({ parentId: sql`wanted.parent_id`, position: sql`wanted.position` })
        .from(wanted)
        .where(eq(channels.id, sql`wanted.id`));
    },

    /** What the channels follow becomes their own; nothing happens to those that follow nothing. */
    async keepOverrides(tx: Executor, ids: readonly ChannelId[]): Promise<void> {
      if (ids.length === 0) return;
      const followers = and(inArray(channels.id, [...ids]), eq(channels.followsCategory, true));
      const { roleId, userId, allow, deny } = channelOverrides;
      const followed = tx
        .select({ channelId: channels.id, roleId, userId, allow, deny })
        .from(channels)
        .innerJoin(channelOverrides, eq(channelOverrides.channelId, channels.parentId))
        .where(followers);
      await tx.insert(channelOverrides).select(followed);
      await tx.update(channels).set({ followsCategory: false }).where(followers);
    },

    /** The channels give up what is their own for what their category has. */
    async followCategory(tx: Executor, ids: readonly ChannelId[]): Promise<void> {
      if (ids.length === 0) return;
      await tx.delete(channelOverrides).where(inArray(channelOverrides.channelId, [...ids]));
      await tx
        .update(channels)
        .set({ followsCategory: true })
        .where(inArray(channels.id, [...ids]));
    },

    async insertOverrides(
      tx: Executor,
      channelId: ChannelId,
      overrides: readonly OverrideInput[],
    ): Promise<void> {
      if (overrides.length === 0) return;
      await tx.insert(channelOverrides).values(
        overrides.map(({ target, allow, deny }) => ({
          channelId,
          ...(target.type === "role" ? { roleId: target.id } : { userId: target.id }),
          allow,
          deny,
        })),
      );
    },

    async deleteOverride(tx: Executor, channelId: ChannelId, target: OverrideTarget): Promise<void> {
      await tx.delete(channelOverrides).where(overrideOf(channelId, target));
    },
  };
};
export type ChannelsRepo = ReturnType<typeof createChannelsRepo>;
