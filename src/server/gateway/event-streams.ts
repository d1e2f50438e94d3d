/**
 * How a stream begins (GW6, GW7, GW8) and goes on. The order is what keeps it whole: register, so that no change of rights
 * is missed; read what the user sees; join, at a sequence; only then read the snapshot, or what the log kept. What happens
 * from the join on waits with the receiver until the beginning is told, and then leaves past this iterator (GW10). The
 * iterator is asked for an item when the one before it has been written: so the turn in which it is asked for what comes
 * after the beginning's last is the one to hand over in, with no gap, no double and nothing out of order.
 */
import type { ReadState } from "#shared/contract/reads.ts";
import type { Me } from "#shared/contract/users.ts";
import { formatEventId, parseEventId, type ServerSnapshot } from "#shared/events.ts";
import type { UserId } from "#shared/ids.ts";
import type { AccessService } from "../access/access.service.ts";
import type { ServerState } from "../access/server-state.ts";
import type { EventLog } from "../events/event-log.ts";
import { AppError } from "../kernel/app-error.ts";
import type { Logger } from "../kernel/logger.ts";
import type { Pace, PaceMaker } from "../kernel/pace.ts";
import { createRateLimiter, type RateLimiter } from "../kernel/rate-limiter.ts";
import { createTurns } from "../kernel/turns.ts";
import type { Actor, GatewayItem, StreamRequest } from "../trpc/context.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { type EventEntry, LiveFrames } from "./live-frames.ts";
import { type Delivery, type Link, Receiver } from "./receiver.ts";
import { changesSight, isAddressed } from "./sight.ts";

interface Deps {
  log: EventLog;
  access: Pick<AccessService, "peek" | "loadServersOf">;
  users: { getMe(userId: UserId): Promise<Me> };
  servers: { snapshots(userId: UserId, states: readonly ServerState[]): Promise<ServerSnapshot[]> };
  reads: { list(actor: Actor): Promise<ReadState[]> };
  dispatcher: Dispatcher;
  logger: Logger;
  paceOf: PaceMaker;
  /** What may wait for one socket; 1 MiB (GW11). */
  maxOutstandingBytes?: number;
  /** False: streams may begin as often as anybody likes. */
  isLimited: boolean;
}

interface Opening extends StreamRequest {
  link: Link;
}

interface Joined {
  states: readonly ServerState[];
  fromSequence: number;
}

const defaultMaxOutstandingBytes = 1024 * 1024;

/** One user's sockets that all begin at once wait for each other, and not everybody's for them. */
const snapshotsOfOneUser = { atOnce: 2, waiting: 1_000 };

/**
 * Beginnings that read from the database at a time: when everybody comes back at once, nobody waits for a connection of the
 * pool until that is taken for a fault, and what others ask meanwhile is not behind all of them. What a user sees takes two
 * queries, READY three or four dear ones. Who waits is bounded by the sockets.
 */
const readings = {
  joining: { atOnce: 3, waiting: Number.POSITIVE_INFINITY },
  snapshots: { atOnce: 1, waiting: Number.POSITIVE_INFINITY },
};

/**
 * Of one user over all sockets and addresses. A few tabs on a bad network come back some ten times a minute each, and resume;
 * each reload takes a READY, which costs the database and the processor what thirty messages do.
 */
const beginningsPerMinute = { all: 60, snapshots: 20 };
/** Of one user: a browser that opens with some tabs has them all at once. */
const snapshotPace = { atOnce: 3, perSecond: 1 };

/** Rights that change faster than they can be read are a fault of ours. */
const maxLoadAttempts = 5;

/** No epoch of the log: a client that is cut off between RESYNC and READY must not resume from there (GW7). */
const resyncEpoch = "resync";

export class EventStreams {
  readonly #deps: Deps;
  readonly #delivery: Delivery;
  readonly #snapshots = createTurns(snapshotsOfOneUser);
  readonly #joining = createTurns(readings.joining);
  readonly #readingSnapshots = createTurns(readings.snapshots);
  readonly #limits: { all: RateLimiter; snapshots: RateLimiter };
  readonly #snapshotPace: Pace;

  constructor(deps: Deps) {
    this.#deps = deps;
    const limit = (points: number) =>
      createRateLimiter({ points: deps.isLimited ? points : 0, windowSeconds: 60 });
    this.#limits = {
      all: limit(beginningsPerMinute.all),
      snapshots: limit(beginningsPerMinute.snapshots),
    };
    this.#snapshotPace = deps.paceOf(snapshotPace);
    this.#delivery = {
      frames: new LiveFrames({ epoch: deps.log.epoch }),
      maxOutstandingBytes: deps.maxOutstandingBytes ?? defaultMaxOutstandingBytes,
    };
  }

  /**
   * The items that the stream begins with, and then the receiver that is live: from then on what happens is written to the
   * link, until `leave` or the end of the user's rights. None when the signal or that end came before.
   * @throws UNAUTHENTICATED when the session has just ended, UNAVAILABLE when the beginning could not be read, RATE_LIMITED
   */
  async *open(opening: Opening): AsyncGenerator<GatewayItem, Receiver | undefined, undefined> {
    const { actor, lastEventId, head, link, signal } = opening;
    await this.#limits.all.take(actor.userId);
    if (signal.aborted) return undefined;
    const { dispatcher } = this.#deps;
    const receiver = new Receiver({ actor, link, head, delivery: this.#delivery });
    let isLive = false;
    const leave = (): void => dispatcher.leave(receiver);
    dispatcher.register(receiver);
    signal.addEventListener("abort", leave, { once: true });
    try {
      for await (const item of this.#beginning(receiver, lastEventId)) {
        // However long it is, no more of it lies in the socket's own buffer than that takes well.
        await link.whenWritable();
        if (receiver.isClosed) return undefined;
        yield item;
      }
      await link.whenWritable();
      if (receiver.isClosed) return undefined;
      receiver.goLive();
      isLive = true;
      return receiver;
    } finally {
      signal.removeEventListener("abort", leave);
      if (!isLive) leave();
    }
  }

  /** Ends a live stream, if it has not ended before. */
  leave(receiver: Receiver): void {
    this.#deps.dispatcher.leave(receiver);
  }

  async *#beginning(
    receiver: Receiver,
    lastEventId: string | null,
  ): AsyncGenerator<GatewayItem, void, undefined> {
    const joined = await this.#orUnavailable(receiver, this.#join(receiver, lastEventId !== null));
    if (!joined) return;
    const missed = lastEventId === null ? undefined : await this.#findMissed(receiver, joined, lastEventId);
    if (lastEventId !== null && missed) yield* this.#resume(receiver, lastEventId, missed);
    else {
      await this.#limits.snapshots.take(receiver.actor.userId);
      if (this.#deps.isLimited) await this.#snapshotPace.wait(receiver.actor.userId);
      const isResync = lastEventId !== null;
      if (isResync)
        yield { id: formatEventId(resyncEpoch, joined.fromSequence), event: { t: "RESYNC", d: {} } };
      const { actor } = receiver;
      const snapshot = this.#snapshots.run(actor.userId, () => this.#readSnapshot(actor, joined));
      yield await this.#orUnavailable(receiver, snapshot);
    }
  }

  /** Undefined when the receiver was closed meanwhile. */
  async #join(receiver: Receiver, isResuming: boolean): Promise<Joined | undefined> {
    const { access, users, dispatcher } = this.#deps;
    const { userId } = receiver.actor;
    for (let attempt = 0; attempt < maxLoadAttempts; attempt++) {
      receiver.beginLoading();
      const [loaded, { chosenStatus }] = await this.#joining.run("all", () =>
        Promise.all([access.loadServersOf(userId), users.getMe(userId)]),
      );
      if (receiver.isClosed) return undefined;
      // What was loaded first may have been overtaken while the last was loading.
      const states = loaded.map(({ id }) => access.peek(id)).filter((state) => state !== undefined);
      if (receiver.isStale || states.length < loaded.length) continue;
      return { states, fromSequence: dispatcher.join(receiver, { states, chosenStatus, isResuming }) };
    }
    throw new AppError("UNAVAILABLE");
  }

  /** What the client missed, or undefined when that cannot be told for certain (GW7). */
  async #findMissed(
    receiver: Receiver,
    joined: Joined,
    lastEventId: string,
  ): Promise<readonly EventEntry[] | undefined> {
    const { log } = this.#deps;
    const position = parseEventId(lastEventId);
    if (position?.epoch !== log.epoch || position.sequence > joined.fromSequence) return undefined;
    const { userId } = receiver.actor;
    const { sights } = receiver;
    const replay = await this.#orUnavailable(receiver, log.readSince(position.sequence));
    if (replay.kind === "gone") return undefined;
    const entries = replay.entries.filter(({ sequence }) => sequence <= joined.fromSequence);
    if (entries.some((entry) => changesSight(entry, userId, sights))) return undefined;
    return entries
      .filter((entry) => entry.kind === "event")
      .filter(({ audience, isTransient }) => !isTransient && isAddressed(audience, userId, sights));
  }

  *#resume(receiver: Receiver, lastEventId: string, missed: readonly EventEntry[]): Generator<GatewayItem> {
    const { log } = this.#deps;
    // The client's own position: should it be cut off here, it has to begin there again.
    yield { id: lastEventId, event: { t: "RESUMED", d: {} } };
    for (const { audience, sequence, event } of missed) {
      // Asked again, since a slow client may lose sight of a channel while it still catches up (GW6).
      if (!isAddressed(audience, receiver.actor.userId, receiver.sights)) continue;
      yield { id: formatEventId(log.epoch, sequence), event };
    }
  }

  async #readSnapshot(actor: Actor, { states, fromSequence }: Joined): Promise<GatewayItem> {
    const { log, users, servers, reads } = this.#deps;
    const [user, snapshots, readStates] = await this.#readingSnapshots.run("all", () =>
      Promise.all([users.getMe(actor.userId), servers.snapshots(actor.userId, states), reads.list(actor)]),
    );
    return {
      id: formatEventId(log.epoch, fromSequence),
      event: { t: "READY", d: { user, servers: snapshots, reads: readStates } },
    };
  }

  /** Whatever fails here fails for want of the database, and a client does well to come again. */
  async #orUnavailable<T>({ actor }: Receiver, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof AppError) throw error;
      this.#deps.logger.error({ error, userId: actor.userId }, "a stream could not begin");
      throw new AppError("UNAVAILABLE");
    }
  }
}
