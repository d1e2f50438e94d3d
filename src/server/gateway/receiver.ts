/**
 * One live stream's end on the side of the events: whose it is, what they see, and what waits for them. It is changed by
 * the dispatcher alone.
 */
import type { CloseCode } from "#shared/close-codes.ts";
import { formatEventId } from "#shared/events.ts";
import type { ServerId } from "#shared/ids.ts";
import type { LogEntry } from "../events/event-log.ts";
import type { Actor } from "../trpc/context.ts";
import { Outbox } from "./outbox.ts";
import type { Sight, Sights } from "./sight.ts";

export type EventEntry = LogEntry & { kind: "event" };

/** The socket under a stream. */
export interface Link {
  /** Undefined while the socket takes more at once; else settles when it has drained or is gone. */
  whenWritable(): Promise<void> | undefined;
  close(code: CloseCode): void;
}

type State =
  /** What the user sees is being read; stale when it changed meanwhile. */
  | { kind: "loading"; isStale: boolean }
  | { kind: "joined"; fromSequence: number; sights: Map<ServerId, Sight>; settlesAtMs: number }
  | { kind: "closed" };

interface Options {
  actor: Actor;
  link: Link;
  epoch: string;
  /** What may wait for the socket (GW11). */
  maxOutstandingBytes: number;
}

const nothing: Sights = new Map();

export class Receiver {
  readonly actor: Actor;
  readonly link: Link;
  readonly outbox: Outbox;
  readonly #epoch: string;
  #state: State = { kind: "loading", isStale: false };

  constructor({ actor, link, epoch, maxOutstandingBytes }: Options) {
    this.actor = actor;
    this.link = link;
    this.#epoch = epoch;
    this.outbox = new Outbox(maxOutstandingBytes);
  }

  get isJoined(): boolean {
    return this.#state.kind === "joined";
  }

  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  get isStale(): boolean {
    return this.#state.kind === "loading" && this.#state.isStale;
  }

  /** What the user sees now; nothing before the receiver has joined. */
  get sights(): Sights {
    return this.#state.kind === "joined" ? this.#state.sights : nothing;
  }

  beginLoading(): void {
    if (this.#state.kind === "loading") this.#state = { kind: "loading", isStale: false };
  }

  markStale(): void {
    if (this.#state.kind === "loading") this.#state = { kind: "loading", isStale: true };
  }

  /** From here on entries above the sequence are taken. */
  join(joined: { fromSequence: number; sights: Sights; settlesAtMs: number }): void {
    this.#state = { kind: "joined", ...joined, sights: new Map(joined.sights) };
  }

  setSight(serverId: ServerId, sight: Sight | undefined): void {
    if (this.#state.kind !== "joined") return;
    if (sight) this.#state.sights.set(serverId, sight);
    else this.#state.sights.delete(serverId);
  }

  isSettledAt(nowMs: number): boolean {
    return this.#state.kind !== "joined" || nowMs >= this.#state.settlesAtMs;
  }

  /**
   * The one way for a live entry into a connection, so the place where a frame that was built once for all would be
   * written to the socket (GW10). False when too much is outstanding already.
   */
  deliver(entry: EventEntry): boolean {
    // What is not above the mark stands in the snapshot or comes with the replay (GW8).
    if (this.#state.kind !== "joined" || entry.sequence <= this.#state.fromSequence) return true;
    const item = { id: formatEventId(this.#epoch, entry.sequence), event: entry.event };
    return this.outbox.push(item, entry.json.length);
  }

  close(): void {
    this.#state = { kind: "closed" };
    this.outbox.close();
  }
}
