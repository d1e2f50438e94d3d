/**
 * Every peer of this server, and every room: who enters, who stays, and who goes (VO7, VO11, VO12, VO13). It owns the one
 * rule that all else rests on: a user has one session, it has one place, and its end closes its media in the same tick,
 * whatever the database says later. What it must never do: leave a transport to somebody who is not listed.
 */
import type { VoiceEndCause, VoiceState } from "#shared/contract/voice.ts";
import type { GatewayEvent } from "#shared/events.ts";
import type { ChannelId, SessionId, UserId } from "#shared/ids.ts";
import { timing } from "#shared/limits.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Clock } from "../kernel/clock.ts";
import { KeyedMutex } from "../kernel/keyed-mutex.ts";
import type { Logger } from "../kernel/logger.ts";
import type { Scheduler } from "../kernel/scheduler.ts";
import type { Actor } from "../trpc/context.ts";
import { type Peer, presentSubscription } from "./peer.ts";
import { Room, type RoomListener } from "./room.ts";
import type { Sfu } from "./sfu/sfu.ts";
import type { VoiceRepo } from "./voice.repo.ts";

export interface VoiceSessionsDeps {
  sfu: Sfu;
  repo: Pick<VoiceRepo, "delete">;
  events: Pick<EventLog, "append">;
  clock: Clock;
  scheduler: Scheduler;
  logger: Logger;
}

type Place = Pick<VoiceState, "userId" | "channelId" | "serverId">;

/** A row that is not as it should be shows what is not there: it is tried again until it is. */
const tryAgainMs = 2_000;

const fieldsOf = ({ actor, serverId, channelId, voiceSessionId }: Peer) => ({
  userId: actor.userId,
  serverId,
  channelId,
  voiceSessionId,
});

export class VoiceSessions {
  readonly #deps: VoiceSessionsDeps;
  readonly #peers = new Map<UserId, Peer>();
  readonly #rooms = new Map<ChannelId, Room>();
  /** Where the others were told that each user is: whatever the database says of it, they are to hear of the end. */
  readonly #shown = new Map<UserId, Place>();
  /** Open gateway sockets of each login session. */
  readonly #sockets = new Map<SessionId, number>();
  readonly #mutex = new KeyedMutex<UserId>();
  #isClosed = false;

  constructor(deps: VoiceSessionsDeps) {
    this.#deps = deps;
  }

  get peers(): readonly Peer[] {
    return [...this.#peers.values()];
  }

  find(userId: UserId): Peer | undefined {
    return this.#peers.get(userId);
  }

  /** The room that the peer is in. */
  roomOf(peer: Peer): Room {
    const room = this.#rooms.get(peer.channelId);
    if (!room) throw new Error("a peer has no room");
    return room;
  }

  /** Runs what changes one user's place in voice, one after the other. */
  inTurn<T>(userId: UserId, work: () => Promise<T>): Promise<T> {
    return this.#mutex.run(userId, work);
  }

  /**
   * Takes the place, and out of another one, before anything is waited for: from here on every change of rights meets it.
   * An end of the old session is told with the cause, unless it is null.
   * @throws VOICE_FULL, and then the old session stays
   */
  enter(peer: Peer, endOld: VoiceEndCause | null): void {
    const { userId } = peer.actor;
    const old = this.#peers.get(userId);
    const room = this.#rooms.get(peer.channelId) ?? this.#makeRoom(peer);
    // In the same room the old session makes the place that the new one takes.
    if (old?.channelId !== peer.channelId) room.requireSpace();
    if (old) this.#close(old, endOld);
    room.enter(peer);
    this.#peers.set(userId, peer);
    this.#rooms.set(room.channelId, room);
    if (!this.#sockets.has(peer.actor.sessionId)) this.#watchSilence(peer);
    this.#deps.logger.debug(fieldsOf(peer), "somebody comes into a voice channel");
  }

  /** From now on the peer has the deadline of VO13: it was told where to connect, or to join again. */
  expect(peer: Peer): void {
    if (peer.isClosed) return;
    const cancel = this.#deps.scheduler.after(
      timing.voiceConnectWithinMs,
      () => void this.remove(peer, "lost"),
    );
    peer.setTimer("deadline", cancel);
  }

  /** Ends the session: its media at once, its row and what the others see of it next. Resolves when all are told. */
  remove(peer: Peer, cause: VoiceEndCause): Promise<void> {
    this.#close(peer, cause);
    return this.#forget(peer);
  }

  /** A gateway socket of this login session carries its stream. */
  socketOpened({ userId, sessionId }: Actor): void {
    this.#sockets.set(sessionId, (this.#sockets.get(sessionId) ?? 0) + 1);
    const peer = this.#peers.get(userId);
    if (peer?.actor.sessionId === sessionId) peer.clearTimer("silence");
  }

  socketClosed({ userId, sessionId }: Actor): void {
    const left = (this.#sockets.get(sessionId) ?? 0) - 1;
    if (left > 0) {
      this.#sockets.set(sessionId, left);
      return;
    }
    this.#sockets.delete(sessionId);
    const peer = this.#peers.get(userId);
    if (peer?.actor.sessionId === sessionId) this.#watchSilence(peer);
  }

  /** Tells the peer's user, on whichever device. */
  tell(peer: Peer, event: GatewayEvent): void {
    this.#deps.events.append({ audience: { kind: "user", userId: peer.actor.userId }, event });
  }

  /** Tells everyone who sees the channel what there is to see of the user. */
  announce(state: VoiceState): void {
    const { userId, channelId, serverId } = state;
    const before = this.#shown.get(userId);
    if (before && before.channelId !== channelId) this.tellGone(before);
    this.#shown.set(userId, { userId, channelId, serverId });
    this.#deps.events.append({
      audience: { kind: "channel", serverId, channelId },
      event: { t: "VOICE_STATE_UPDATE", d: state },
    });
  }

  /** Tells everyone who sees the channel that the user is not there any more. */
  tellGone({ userId, channelId, serverId }: Place): void {
    if (this.#shown.get(userId)?.channelId === channelId) this.#shown.delete(userId);
    this.#deps.events.append({
      audience: { kind: "channel", serverId, channelId },
      event: { t: "VOICE_STATE_UPDATE", d: { userId, channelId: null, serverId } },
    });
  }

  /** Of a peer's row: what failed is done in a while, unless the peer is gone by then. */
  tryLater(peer: Peer, error: unknown, work: () => Promise<void>): void {
    const { logger, scheduler } = this.#deps;
    logger.warn({ ...fieldsOf(peer), error }, "a voice state is not as it should be yet");
    peer.setTimer(
      "again",
      scheduler.after(tryAgainMs, () => void work()),
    );
  }

  /** Closes all media; the rows are left to the next start. */
  close(): void {
    this.#isClosed = true;
    for (const peer of this.#peers.values()) peer.close();
    for (const room of this.#rooms.values()) room.close();
    this.#peers.clear();
    this.#rooms.clear();
  }

  #makeRoom({ channelId, serverId }: Peer): Room {
    const { sfu, clock, scheduler, logger } = this.#deps;
    return new Room({ channelId, serverId, sfu, clock, scheduler, logger, listener: this.#listener });
  }

  #close(peer: Peer, cause: VoiceEndCause | null): void {
    const producerIds = [...peer.producers.values()].map(({ id }) => id);
    if (!peer.close()) return;
    this.#deps.logger.debug({ ...fieldsOf(peer), cause }, "somebody goes out of a voice channel");
    const { userId } = peer.actor;
    if (this.#peers.get(userId) === peer) this.#peers.delete(userId);
    const room = this.#rooms.get(peer.channelId);
    room?.leave(peer, producerIds);
    if (room) this.#dropIfEmpty(room);
    if (cause !== null)
      this.tell(peer, { t: "VOICE_END", d: { voiceSessionId: peer.voiceSessionId, cause } });
  }

  #dropIfEmpty(room: Room): void {
    if (!room.isEmpty) return;
    room.close();
    if (this.#rooms.get(room.channelId) === room) this.#rooms.delete(room.channelId);
  }

  #forget(peer: Peer): Promise<void> {
    const { userId } = peer.actor;
    return this.inTurn(userId, async () => {
      // They have come again meanwhile: the row is of that session.
      if (this.#peers.has(userId) || this.#isClosed) return;
      try {
        const row = await this.#deps.repo.delete(userId);
        if (row) this.tellGone(row);
        // An earlier try has deleted it, and its answer was lost; or the row went with its channel.
        const shown = this.#shown.get(userId);
        if (shown) this.tellGone(shown);
      } catch (error) {
        this.#deps.logger.warn({ ...fieldsOf(peer), error }, "a voice state was not deleted");
        this.#deps.scheduler.after(tryAgainMs, () => void this.#forget(peer));
      }
    });
  }

  /** VO11 */
  #watchSilence(peer: Peer): void {
    const cancel = this.#deps.scheduler.after(
      timing.voiceWithoutSocketMs,
      () => void this.remove(peer, "lost"),
    );
    peer.setTimer("silence", cancel);
  }

  readonly #listener: RoomListener = {
    onConnected: (peer) => peer.clearTimer("deadline"),
    onLost: (peer) => void this.remove(peer, "lost"),
    onDied: (peers) => {
      for (const peer of peers) {
        const { voiceSessionId, channelId } = peer;
        this.expect(peer);
        this.tell(peer, { t: "VOICE_REJOIN", d: { voiceSessionId, channelId, cause: "rebuilt" } });
      }
    },
    onSubscriptions: (peer, added) =>
      this.tell(peer, {
        t: "VOICE_CONSUMERS",
        d: { voiceSessionId: peer.voiceSessionId, consumers: added.map(presentSubscription) },
      }),
    onUnsubscribed: (peer, consumerIds) =>
      this.tell(peer, {
        t: "VOICE_CONSUMERS_CLOSED",
        d: { voiceSessionId: peer.voiceSessionId, consumerIds: [...consumerIds] },
      }),
    onSpeaking: (peers, userIds) => {
      const [first] = peers;
      if (!first) return;
      this.#deps.events.append({
        audience: { kind: "users", userIds: peers.map(({ actor }) => actor.userId) },
        event: { t: "VOICE_SPEAKING", d: { channelId: first.channelId, userIds: [...userIds] } },
        isTransient: true,
      });
    },
  };
}
