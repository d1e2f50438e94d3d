/**
 * Brings each entry of the event log to the receivers that it concerns (GW5, GW9). It owns who listens to what, and keeps
 * it in step with the members' rights: an entry with an access change is followed before the next one is delivered. What
 * it must never do: wait. Everything happens within the entry's turn, so that nothing comes between.
 */
import { CloseCode } from "#shared/close-codes.ts";
import type { ChosenStatus } from "#shared/contract/users.ts";
import type { ServerId, SessionId, UserId } from "#shared/ids.ts";
import { hasPermission } from "#shared/permissions.ts";
import { LRUCache } from "lru-cache";
import type { AccessService } from "../access/access.service.ts";
import type { ServerState } from "../access/server-state.ts";
import type { AccessChange, Audience, ControlSignal, EventLog, LogEntry } from "../events/event-log.ts";
import { AppError } from "../kernel/app-error.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Presence } from "../presence/presence.ts";
import type { Actor } from "../trpc/context.ts";
import type { EventEntry } from "./live-frames.ts";
import type { Receiver } from "./receiver.ts";
import { areSameSights, type Sight, SightFinder, type Sights, withSight } from "./sight.ts";
import { Topics } from "./topics.ts";
import { roomFor } from "../kernel/room-for.ts";

interface Deps {
  log: EventLog;
  access: Pick<AccessService, "peek">;
  presence: Presence;
  /** Told of each stream that begins and ends. */
  attendance: Attendance;
  clock: Clock;
}

export interface Attendance {
  socketOpened(actor: Actor): void;
  socketClosed(actor: Actor): void;
}

interface Joining {
  states: readonly ServerState[];
  chosenStatus: ChosenStatus;
  isResuming: boolean;
}

/**
 * The access service knows of a change a moment before its entry is appended. A receiver that resumes in this moment sees
 * by the new rights already, and would never be told what changed: so a change that comes this soon after a resume makes
 * it begin anew. Far longer than any service takes from the one to the other.
 */
const settleMs = 10_000;

/** Covers the streams that are being opened while their session ends. */
const maxEndedSessions = 10_000;

/** Told to those who see it still, before it is gone for them. */
const isFarewell = ({ event }: EventEntry): boolean =>
  event.t === "CHANNEL_DELETE" || event.t === "SERVER_DELETE";

export class Dispatcher {
  readonly #deps: Deps;
  readonly #topics = new Topics();
  readonly #sightFinder = new SightFinder();
  readonly #endedSessions = new LRUCache<SessionId, true>(roomFor(maxEndedSessions));
  readonly #unsubscribe: () => void;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#unsubscribe = deps.log.subscribe((entry) => this.#take(entry));
  }

  /** From here on changes of the user's rights and the end of the session reach the receiver. @throws UNAUTHENTICATED */
  register(receiver: Receiver): void {
    if (this.#endedSessions.has(receiver.actor.sessionId)) throw new AppError("UNAUTHENTICATED");
    this.#topics.add(receiver);
  }

  /** Makes the receiver listen to what the user sees. Returns the sequence above which it takes every entry. */
  join(receiver: Receiver, { states, chosenStatus, isResuming }: Joining): number {
    const { userId } = receiver.actor;
    const { log, presence, clock } = this.#deps;
    const sights = this.#sightsOf(userId, states);
    for (const [serverId, after] of sights)
      this.#topics.move(receiver, serverId, { before: undefined, after });
    presence.connect(userId, { chosenStatus, serverIds: sights.keys() });
    this.#deps.attendance.socketOpened(receiver.actor);
    const fromSequence = log.lastSequence();
    receiver.join({ fromSequence, sights, settlesAtMs: isResuming ? clock.nowMs() + settleMs : 0 });
    return fromSequence;
  }

  /** Those that the user's other connections hold already, where these see the same. */
  #sightsOf(userId: UserId, states: readonly ServerState[]): Sights {
    const sights = new Map<ServerId, Sight>();
    for (const state of states) {
      const sight = this.#sightFinder.find(state, userId);
      if (sight) sights.set(state.id, sight);
    }
    for (const { sights: known } of this.#topics.ofUser(userId))
      if (areSameSights(sights, known)) return known;
    return sights;
  }

  /** Ends the receiver, if it has not ended before. */
  leave(receiver: Receiver): void {
    if (receiver.isClosed) return;
    const wasJoined = receiver.isJoined;
    this.#topics.delete(receiver);
    receiver.close();
    if (!wasJoined) return;
    this.#deps.presence.disconnect(receiver.actor.userId);
    this.#deps.attendance.socketClosed(receiver.actor);
  }

  /** Takes no further entry. */
  close(): void {
    this.#unsubscribe();
  }

  /** The socket first: a stream that ends while its socket is open would tell the client not to come back. */
  #drop(receiver: Receiver, code: CloseCode): void {
    receiver.link.close(code);
    this.leave(receiver);
  }

  #take(entry: LogEntry): void {
    if (entry.kind === "control") this.#obey(entry.signal);
    else if (!entry.accessChange) this.#deliver(entry);
    else if (isFarewell(entry)) {
      this.#deliver(entry);
      this.#follow(entry, entry.accessChange);
    } else {
      this.#follow(entry, entry.accessChange);
      this.#deliver(entry);
    }
  }

  #obey(signal: ControlSignal): void {
    switch (signal.kind) {
      case "sessions-ended":
        for (const sessionId of signal.sessionIds) this.#endedSessions.set(sessionId, true);
        for (const receiver of [...this.#topics.ofUser(signal.userId)]) {
          if (signal.sessionIds.includes(receiver.actor.sessionId))
            this.#drop(receiver, CloseCode.sessionEnded);
        }
        return;
      case "status-chosen":
        for (const receiver of this.#topics.ofUser(signal.userId)) receiver.markStale();
        this.#deps.presence.choose(signal.userId, signal.status);
        return;
      case "unheard":
        this.#reset(signal);
    }
  }

  /** What they have is not what is stored: they come back and get everything anew. */
  #reset({ serverId, userId }: AccessChange): void {
    const ofUser = userId === undefined ? [] : this.#topics.ofUser(userId);
    for (const receiver of new Set([...this.#topics.ofServer(serverId), ...ofUser])) {
      receiver.markStale();
      if (receiver.isJoined) this.#drop(receiver, CloseCode.accessReset);
    }
  }

  #deliver(entry: EventEntry): void {
    for (const receiver of this.#findReceivers(entry.audience)) {
      if (!receiver.deliver(entry)) this.#drop(receiver, CloseCode.tooSlow);
    }
  }

  #findReceivers(audience: Audience): Iterable<Receiver> {
    switch (audience.kind) {
      case "channel":
        return this.#topics.ofChannel(audience.channelId);
      case "server":
        return this.#membersWith(audience);
      case "user":
        return this.#topics.ofUser(audience.userId);
      case "users":
        return audience.userIds.flatMap((userId) => [...this.#topics.ofUser(userId)]);
      default:
        return new Set([
          ...this.#topics.ofUser(audience.userId),
          ...audience.serverIds.flatMap((serverId) => [...this.#topics.ofServer(serverId)]),
        ]);
    }
  }

  #membersWith({ serverId, permission }: Audience & { kind: "server" }): Iterable<Receiver> {
    const members = this.#topics.ofServer(serverId);
    if (permission === undefined) return members;
    return [...members].filter((receiver) => {
      const sight = receiver.sights.get(serverId);
      return sight !== undefined && hasPermission(sight.permissions, permission);
    });
  }

  /** Brings what the concerned receivers see in step with the rights as they are after the entry. */
  #follow(entry: EventEntry, { serverId, userId }: AccessChange): void {
    const isGone = entry.event.t === "SERVER_DELETE" && userId === undefined;
    const state = isGone ? undefined : this.#deps.access.peek(serverId);
    const concerned = userId === undefined ? this.#topics.ofServer(serverId) : this.#topics.ofUser(userId);
    const isKnown = isGone || state !== undefined;
    if (userId !== undefined && isKnown) this.#noteMembership(userId, serverId, state);
    const nowMs = this.#deps.clock.nowMs();
    for (const [id, receivers] of Map.groupBy(concerned, (receiver) => receiver.actor.userId)) {
      if (isGone) this.#noteMembership(id, serverId, undefined);
      const staying: Receiver[] = [];
      for (const receiver of receivers) {
        receiver.markStale();
        if (!receiver.isJoined) continue;
        if (isKnown && receiver.isSettledAt(nowMs)) staying.push(receiver);
        else this.#drop(receiver, CloseCode.accessReset);
      }
      this.#see(staying, { entry, serverId, state, after: state && this.#sightFinder.find(state, id) });
    }
  }

  #noteMembership(userId: UserId, serverId: ServerId, state: ServerState | undefined): void {
    this.#deps.presence.noteMembership(userId, { serverId, isMember: state?.members.has(userId) ?? false });
  }

  /** Gives one user's receivers their new sight, and tells the user once what came into it or went out of it. */
  #see(
    receivers: readonly Receiver[],
    change: {
      entry: EventEntry;
      serverId: ServerId;
      state: ServerState | undefined;
      after: Sight | undefined;
    },
  ): void {
    const { serverId, after } = change;
    const before = receivers[0]?.sights.get(serverId);
    const changed = new Map<Sights, Sights>();
    for (const receiver of receivers) {
      const { sights } = receiver;
      this.#topics.move(receiver, serverId, { before: sights.get(serverId), after });
      const next = changed.get(sights) ?? withSight(sights, serverId, after);
      // What they shared they share.
      changed.set(sights, next);
      receiver.see(next);
    }
    const userId = receivers[0]?.actor.userId;
    // Who came or went as a member is told of the server as a whole.
    if (userId && before && after && change.state)
      this.#tell(userId, { ...change, state: change.state, before, after });
  }

  #tell(
    userId: UserId,
    change: { entry: EventEntry; serverId: ServerId; state: ServerState; before: Sight; after: Sight },
  ): void {
    const { entry, serverId, state, before, after } = change;
    const { log } = this.#deps;
    const audience = { kind: "user", userId } as const;
    // The entry itself tells of the channel that it makes or deletes.
    const own =
      entry.event.t === "CHANNEL_CREATE" || entry.event.t === "CHANNEL_DELETE" ? entry.event.d.id : undefined;
    for (const id of before.channels) {
      if (id === own || after.channels.has(id)) continue;
      log.append({ audience, event: { t: "CHANNEL_DELETE", d: { id, serverId } } });
    }
    for (const id of after.channels) {
      const channel = state.channels.get(id);
      if (id === own || before.channels.has(id) || !channel) continue;
      log.append({ audience, event: { t: "CHANNEL_CREATE", d: channel } });
    }
  }
}
