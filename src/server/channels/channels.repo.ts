import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { ChannelType } from "#shared/contract/channels.ts";
import type { ChannelId, MessageId, OverrideTarget, ServerId } from "#shared/ids.ts";
import type { Permissions } from "#shared/permissions.ts";
import type { Executor } from "../database/client.ts";
import { channelOverrides, channels } from "../database/schema/channels.ts";
import { messages } from "../database/schema/messages.ts";

export interface ChannelDraft {
  id: ChannelId;
  serverId: ServerId;
  type: ChannelType;
  name: string;
  topic: string | null;
  parentId: ChannelId | null;
  createdAt: Date;
}

export interface ChannelPatch {
  name?: string;
  topic?: string | null;
  parentId?: ChannelId | null;
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

export const createChannelsRepo = (db: Executor) => {
  const newest = db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.channelId, channels.id), isNull(messages.deletedAt)))
    .orderBy(desc(messages.id))
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

    /** In the order of their positions. */
    list(tx: Executor, serverId: ServerId) {
      return tx
        .select({
          id: channels.id,
          type: channels.type,
          parentId: channels.parentId,
          position: channels.position,
        })
        .from(channels)
        .where(eq(channels.serverId, serverId))
        .orderBy(channels.position, channels.id);
    },

    async insert(tx: Executor, draft: ChannelDraft & { position: number }): Promise<void> {
      await tx.insert(channels).values(draft);
    },

    /** False when the channel is gone. */
    async update(tx: Executor, id: ChannelId, patch: ChannelPatch): Promise<boolean> {
      const updated = await tx
        .update(channels)
        .set(patch)
        .where(eq(channels.id, id))
        .returning({ id: channels.id });
      return updated.length > 0;
    },

    /** False when another deletion was first. */
    async delete(tx: Executor, id: ChannelId): Promise<boolean> {
      await tx.execute(sql.raw(`set local statement_timeout = ${deletionTimeoutMs}`));
      const deleted = await tx.delete(channels).where(eq(channels.id, id)).returning({ id: channels.id });
      return deleted.length > 0;
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

    /** The channel's overrides: how many, and the one of the target. */
    async getOverrides(tx: Executor, channelId: ChannelId, target: OverrideTarget) {
      const bits = { allow: channelOverrides.allow, deny: channelOverrides.deny };
      const [count, [existing]] = [
        await tx.$count(channelOverrides, eq(channelOverrides.channelId, channelId)),
        await tx.select(bits).from(channelOverrides).where(overrideOf(channelId, target)),
      ];
      return { count, existing };
    },

    async insertOverride(
      tx: Executor,
      channelId: ChannelId,
      { target, allow, deny }: { target: OverrideTarget; allow: Permissions; deny: Permissions },
    ): Promise<void> {
      const of = target.type === "role" ? { roleId: target.id } : { userId: target.id };
      await tx.insert(channelOverrides).values({ channelId, ...of, allow, deny });
    },

    async deleteOverride(tx: Executor, channelId: ChannelId, target: OverrideTarget): Promise<void> {
      await tx.delete(channelOverrides).where(overrideOf(channelId, target));
    },
  };
};
export type ChannelsRepo = ReturnType<typeof createChannelsRepo>;
