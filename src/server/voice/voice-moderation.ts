/** What moderators do in voice (VO9): each act has its permission, and none reaches whoever stands as high or higher. */
import type { AuditFields } from "#shared/contract/audit.ts";
import type { ModerateVoice } from "#shared/contract/voice.ts";
import type { VoiceSessionId } from "#shared/ids.ts";
import type { PermissionName } from "#shared/permissions.ts";
import type { ChannelAccess } from "../access/access.service.ts";
import { standingOf } from "../access/server-state.ts";
import { type Executor, withTransaction } from "../database/client.ts";
import { AppError } from "../kernel/app-error.ts";
import { nowDate } from "../kernel/clock.ts";
import { requireAbove } from "../members/members.policy.ts";
import type { Actor } from "../trpc/context.ts";
import type { Peer } from "./peer.ts";
import type { VoiceDeps } from "./voice-deps.ts";
import { presentVoiceState } from "./voice.present.ts";

type Deps = Pick<VoiceDeps, "db" | "repo" | "sessions" | "access" | "audit" | "clock">;

type MakePeer = (actor: Actor, place: ChannelAccess, voiceSessionId?: VoiceSessionId) => Peer;

const permissionOf = {
  serverMute: "MUTE_MEMBERS",
  serverDeaf: "DEAFEN_MEMBERS",
  moveTo: "MOVE_MEMBERS",
  disconnect: "MOVE_MEMBERS",
} as const satisfies Partial<Record<keyof ModerateVoice, PermissionName>>;

export const createVoiceModeration = (deps: Deps, makePeer: MakePeer) => {
  const { db, repo, sessions, access, audit, clock } = deps;

  /** @throws NOT_FOUND for somebody who is not in this channel */
  const requireThere = ({ userId, channelId }: ModerateVoice): Peer => {
    const peer = sessions.find(userId);
    if (peer?.channelId !== channelId) throw new AppError("NOT_FOUND");
    return peer;
  };

  const record = (
    tx: Executor,
    actor: Actor,
    { peer, ...changes }: { peer: Peer; before: AuditFields; after: AuditFields },
  ): Promise<void> =>
    audit.record(tx, {
      serverId: peer.serverId,
      actorId: actor.userId,
      action: "voice.moderate",
      target: { type: "member", id: peer.actor.userId },
      ...changes,
    });

  const silence = async (actor: Actor, peer: Peer, input: ModerateVoice): Promise<void> => {
    const { serverId } = peer;
    const { userId, serverMute, serverDeaf } = input;
    const change = {
      ...(serverMute !== undefined && { serverMute }),
      ...(serverDeaf !== undefined && { serverDeaf }),
    };
    const old = peer.requireState();
    const before = {
      ...(serverMute !== undefined && { serverMute: old.serverMute }),
      ...(serverDeaf !== undefined && { serverDeaf: old.serverDeaf }),
    };
    const row = await withTransaction(db, async (tx) => {
      await record(tx, actor, { peer, before, after: change });
      return requirePlace(await repo.moderate(tx, { serverId, userId }, change));
    });
    if (peer.isClosed) throw new AppError("NOT_FOUND");
    peer.voiceState = presentVoiceState(row);
    await sessions.roomOf(peer).applyVoice(peer);
    sessions.announce(peer.voiceState);
  };

  /** The old session's media ends here; its device joins anew by itself, and has the place until the deadline. */
  const move = async (actor: Actor, peer: Peer, target: ChannelAccess): Promise<void> => {
    const { voiceSessionId } = peer;
    const { userId } = peer.actor;
    const { id: channelId } = target.channel;
    // Under the name that the device knows: a second move may come before it has followed the first.
    const moved = makePeer(peer.actor, target, voiceSessionId);
    // Told before the end of the old session would be: the device is to follow, and not to hang up.
    sessions.enter(moved, null);
    sessions.expect(moved);
    sessions.tell(peer, { t: "VOICE_REJOIN", d: { voiceSessionId, channelId, cause: "moved" } });
    try {
      const row = await withTransaction(db, async (tx) => {
        await record(tx, actor, { peer, before: { channelId: peer.channelId }, after: { channelId } });
        return requirePlace(await repo.move(tx, userId, { channelId, joinedAt: nowDate(clock) }));
      });
      moved.voiceState = presentVoiceState(row);
    } catch (error) {
      void sessions.remove(moved, "unavailable");
      throw error;
    }
    sessions.announce(moved.voiceState);
  };

  const disconnect = async (actor: Actor, peer: Peer): Promise<void> => {
    await record(db, actor, { peer, before: { channelId: peer.channelId }, after: { disconnect: true } });
    // Not waited for: it has its turn after this one.
    void sessions.remove(peer, "removed");
  };

  /**
   * Mutes, deafens, moves or disconnects the member at the server, where no client can undo it.
   * @throws MISSING_PERMISSION for each act of the input, or HIERARCHY; TIMED_OUT; NOT_FOUND for somebody who is not in the
   *   channel; VOICE_FULL, and INVALID_INPUT for a channel to move to that has no voice
   */
  return async (actor: Actor, place: ChannelAccess, input: ModerateVoice): Promise<void> => {
    const target = input.moveTo && (await access.requireChannel(actor.userId, input.moveTo, "CONNECT_VOICE"));
    if (target) requireTarget(place, target);
    await sessions.inTurn(input.userId, async () => {
      // By the rights of this turn: the moderator's own may have been taken while they waited for it.
      const state = access.peek(place.serverId) ?? place.state;
      const { userId } = actor;
      for (const permission of [undefined, ...neededFor(input)])
        access.requireChannelIn(state, input.channelId, { userId, permission });
      const peer = requireThere(input);
      requireAbove(standingOf(state, actor.userId), standingOf(state, input.userId));
      if (input.serverMute !== undefined || input.serverDeaf !== undefined) await silence(actor, peer, input);
      if (input.disconnect === true) await disconnect(actor, peer);
      else if (target && target.channel.id !== peer.channelId) await move(actor, peer, target);
    });
  };
};

/** In the transaction, so that the log keeps no act that came too late. @throws NOT_FOUND */
const requirePlace = <T>(row: T | undefined): T => {
  if (row === undefined) throw new AppError("NOT_FOUND");
  return row;
};

const neededFor = (input: ModerateVoice): PermissionName[] =>
  Object.entries(permissionOf)
    .filter(([act]) => Object.entries(input).some(([key, value]) => key === act && value !== undefined))
    .map(([, permission]) => permission);

/** @throws INVALID_INPUT for a channel without voice, or of another server */
const requireTarget = (from: ChannelAccess, to: ChannelAccess): void => {
  if (to.channel.type === "voice" && to.serverId === from.serverId) return;
  throw new AppError("INVALID_INPUT", {
    issues: [{ path: "moveTo", message: "must be a voice channel of the same server" }],
  });
};
