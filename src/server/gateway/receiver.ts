/**
 * One live stream's end on the side of the events: whose it is, what they see, and how what happens reaches them. It is
 * changed by the dispatcher, but for the hand-over: the stream's beginning leaves through tRPC, item by item, and what
 * happens meanwhile waits here; then the stream goes live, and frames go straight to the socket (GW10). What it must never
 * do: have more outstanding than its bound. Over it the connection is too slow, is closed, and resumes from the event log,
 * which keeps every entry once for all (GW11).
 */
import type { CloseCode } from "#shared/close-codes.ts";
import type { Actor } from "../trpc/context.ts";
import type { EventEntry, Frame, LiveFrames } from "./live-frames.ts";
import type { Sights } from "./sight.ts";

/** The socket under a stream. */
export interface Link {
  /** What was written and has not left. */
  readonly outstandingBytes: number;
  /** Undefined while the socket takes more at once; else settles when it has drained or is gone. */
  whenWritable(): Promise<void> | undefined;
  /** Behind all that was written before; nothing is written once the socket closes. */
  write(frame: Frame): void;
  close(code: CloseCode): void;
}

type State =
  /** What the user sees is being read; stale when it changed meanwhile. */
  | { kind: "loading"; isStale: boolean }
  | { kind: "joined"; fromSequence: number; sights: Sights; settlesAtMs: number }
  | { kind: "closed" };

/** What all receivers share. */
export interface Delivery {
  frames: LiveFrames;
  /** What may wait for one socket (GW11). */
  maxOutstandingBytes: number;
}

interface Options {
  actor: Actor;
  link: Link;
  /** With what each answer to the stream's request begins. */
  head: string;
  delivery: Delivery;
}

/** What waits for the end of the stream's beginning. */
interface Waiting {
  frames: Frame[];
  bytes: number;
}

const nothing: Sights = new Map();

export class Receiver {
  readonly actor: Actor;
  readonly link: Link;
  readonly head: string;
  readonly #delivery: Delivery;
  #state: State = { kind: "loading", isStale: false };
  /** Undefined once the stream is live. */
  #waiting: Waiting | undefined = { frames: [], bytes: 0 };

  constructor({ actor, link, head, delivery }: Options) {
    this.actor = actor;
    this.link = link;
    this.head = head;
    this.#delivery = delivery;
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
  join({
    fromSequence,
    sights,
    settlesAtMs,
  }: {
    fromSequence: number;
    sights: Sights;
    settlesAtMs: number;
  }): void {
    this.#state = { kind: "joined", fromSequence, sights, settlesAtMs };
  }

  /** What the user sees from here on. */
  see(sights: Sights): void {
    if (this.#state.kind === "joined") this.#state.sights = sights;
  }

  isSettledAt(nowMs: number): boolean {
    return this.#state.kind !== "joined" || nowMs >= this.#state.settlesAtMs;
  }

  /** The one way for a live entry into a connection. False when too much is outstanding already; it is not taken then. */
  deliver(entry: EventEntry): boolean {
    // What is not above the mark stands in the snapshot or comes with the replay (GW8).
    if (this.#state.kind !== "joined" || entry.sequence <= this.#state.fromSequence) return true;
    const { frames, maxOutstandingBytes } = this.#delivery;
    const frame = frames.frameOf(entry, this.head);
    const outstandingBytes = this.#waiting?.bytes ?? this.link.outstandingBytes;
    if (outstandingBytes + frame.length > maxOutstandingBytes) return false;
    if (this.#waiting) {
      this.#waiting.frames.push(frame);
      this.#waiting.bytes += frame.length;
    } else this.link.write(frame);
    return true;
  }

  /**
   * The beginning has been written: what waited goes behind it, in this same turn, and all that follows goes straight to
   * the socket.
   */
  goLive(): void {
    const frames = this.#waiting?.frames ?? [];
    this.#waiting = undefined;
    for (const frame of frames) this.link.write(frame);
  }

  close(): void {
    this.#state = { kind: "closed" };
    if (this.#waiting) this.#waiting = { frames: [], bytes: 0 };
  }
}
