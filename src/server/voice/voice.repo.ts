import { and, eq, sql } from "drizzle-orm";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { serverMembers } from "../database/schema/servers.ts";
import { voiceStates } from "../database/schema/voice-states.ts";

export type VoiceStateRow = typeof voiceStates.$inferSelect;

/** Whoever comes, where, and how. */
export interface VoiceArrival {
  userId: UserId;
  channelId: ChannelId;
  serverId: ServerId;
  selfMute: boolean;
  selfDeaf: boolean;
  joinedAt: Date;
}

export type VoicePatch = Partial<Pick<VoiceStateRow, "selfMute" | "selfDeaf" | "camera" | "screen">>;
export type ModeratorPatch = Partial<Pick<VoiceStateRow, "serverMute" | "serverDeaf">>;

/** Where a member was before. */
export interface Arrived {
  row: VoiceStateRow;
  before: { channelId: ChannelId; serverId: ServerId } | null;
}

const prepareStatements = (db: Executor) => ({
  ofServers: db
    .select()
    .from(voiceStates)
    .where(sql`${voiceStates.serverId} = any(${sql.placeholder("serverIds")}::uuid[])`)
    .orderBy(voiceStates.joinedAt, voiceStates.userId)
    .prepare("voice_states_of_servers"),
});

export const createVoiceRepo = (db: Executor) => {
  const statements = prepareStatements(db);

  return {
    /** For the tests of their plans. */
    hotStatements: statements,

    listByServers(serverIds: readonly ServerId[]): Promise<VoiceStateRow[]> {
      return statements.ofServers.execute({ serverIds });
    },

    /** Nobody is in voice before a server has started: what stands here then is of one that was killed. */
    async deleteAll(): Promise<void> {
      await db.delete(voiceStates);
    },

    /** Puts the member into the channel, out of another one, muted and deafened as their moderators left them. */
    async enter(arrival: VoiceArrival): Promise<Arrived> {
      const { userId, serverId } = arrival;
      const moderated = (column: "voice_mute" | "voice_deaf") =>
        sql<boolean>`coalesce((select ${sql.identifier(column)} from ${serverMembers}
          where server_id = ${serverId} and user_id = ${userId}), false)`;
      // A query within the statement sees what was there before it.
      const before = sql<Arrived["before"]>`(select json_build_object(
        'channelId', old.channel_id, 'serverId', old.server_id)
        from ${voiceStates} old where old.user_id = ${userId})`;
      const values = {
        ...arrival,
        serverMute: moderated("voice_mute"),
        serverDeaf: moderated("voice_deaf"),
        camera: false,
        screen: false,
      };
      const { userId: _, ...set } = values;
      const [result] = await db
        .insert(voiceStates)
        .values(values)
        .onConflictDoUpdate({ target: voiceStates.userId, set })
        .returning({ ...columns, before });
      if (!result) throw new Error("an upsert returned no row");
      const { before: place, ...row } = result;
      return { row, before: place };
    },

    /** Undefined for somebody who is in no channel. */
    async update(userId: UserId, patch: VoicePatch): Promise<VoiceStateRow | undefined> {
      const [row] = await db.update(voiceStates).set(patch).where(eq(voiceStates.userId, userId)).returning();
      return row;
    },

    /** A moderator's word: it holds in the whole server, and after the member has left voice. */
    async moderate(
      tx: Executor,
      { serverId, userId }: { serverId: ServerId; userId: UserId },
      { serverMute, serverDeaf }: ModeratorPatch,
    ): Promise<VoiceStateRow | undefined> {
      const ofMember = {
        ...(serverMute !== undefined && { voiceMute: serverMute }),
        ...(serverDeaf !== undefined && { voiceDeaf: serverDeaf }),
      };
      const ofState = {
        ...(serverMute !== undefined && { serverMute }),
        ...(serverDeaf !== undefined && { serverDeaf }),
      };
      await tx
        .update(serverMembers)
        .set(ofMember)
        .where(and(eq(serverMembers.serverId, serverId), eq(serverMembers.userId, userId)));
      const [row] = await tx
        .update(voiceStates)
        .set(ofState)
        .where(and(eq(voiceStates.userId, userId), eq(voiceStates.serverId, serverId)))
        .returning();
      return row;
    },

    async move(
      tx: Executor,
      userId: UserId,
      to: { channelId: ChannelId; joinedAt: Date },
    ): Promise<VoiceStateRow | undefined> {
      const [row] = await tx
        .update(voiceStates)
        .set({ ...to, camera: false, screen: false })
        .where(eq(voiceStates.userId, userId))
        .returning();
      return row;
    },

    /** Where the member was; undefined when the row has gone already, with its channel. */
    async delete(userId: UserId): Promise<VoiceStateRow | undefined> {
      const [row] = await db.delete(voiceStates).where(eq(voiceStates.userId, userId)).returning();
      return row;
    },
  };
};
export type VoiceRepo = ReturnType<typeof createVoiceRepo>;

const columns = {
  userId: voiceStates.userId,
  channelId: voiceStates.channelId,
  serverId: voiceStates.serverId,
  selfMute: voiceStates.selfMute,
  selfDeaf: voiceStates.selfDeaf,
  serverMute: voiceStates.serverMute,
  serverDeaf: voiceStates.serverDeaf,
  camera: voiceStates.camera,
  screen: voiceStates.screen,
  joinedAt: voiceStates.joinedAt,
};
