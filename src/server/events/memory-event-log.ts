/**
 * The event log in this process's memory: at least the last 60 s and the last 50,000 entries, whichever is more, and at
 * most `maxBytes` of them (GW6).
 */
import type { Clock } from "../kernel/clock.ts";
import type { Logger } from "../kernel/logger.ts";
import type { ControlSignal, EventLog, LogEntry, NewEvent, Replay } from "./event-log.ts";

interface Options {
  epoch: string;
  clock: Clock;
  logger: Logger;
  minAgeMs?: number;
  minEntries?: number;
  maxBytes?: number;
}

interface Kept {
  entry: LogEntry;
  atMs: number;
  bytes: number;
}

/** What an entry costs besides its JSON; measured roughly, to keep a flood of tiny events bounded too. */
const entryOverheadBytes = 200;
/** Removing from an array's front is linear: so it is done for many at a time. */
const trimEvery = 1_024;

export class MemoryEventLog implements EventLog {
  readonly epoch: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #minAgeMs: number;
  readonly #minEntries: number;
  readonly #maxBytes: number;
  readonly #listeners = new Set<(entry: LogEntry) => void>();
  readonly #undelivered: LogEntry[] = [];
  #kept: Kept[] = [];
  #keptBytes = 0;
  #sequence = 0;
  #isDelivering = false;

  constructor(options: Options) {
    this.epoch = options.epoch;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#minAgeMs = options.minAgeMs ?? 60_000;
    this.#minEntries = options.minEntries ?? 50_000;
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
  }

  /** What is kept to be replayed. */
  get kept(): { entries: number; bytes: number } {
    return { entries: this.#kept.length, bytes: this.#keptBytes };
  }

  lastSequence(): number {
    return this.#sequence;
  }

  append(event: NewEvent): void {
    const json = JSON.stringify(event.event);
    this.#add({ kind: "event", sequence: ++this.#sequence, json, ...event }, json.length);
  }

  signal(signal: ControlSignal): void {
    this.#add({ kind: "control", sequence: ++this.#sequence, signal }, 0);
  }

  readSince(sequence: number): Promise<Replay> {
    const oldest = this.#kept[0]?.entry.sequence ?? this.#sequence + 1;
    if (sequence > this.#sequence || sequence < oldest - 1) return Promise.resolve({ kind: "gone" });
    const entries = this.#kept.slice(sequence - oldest + 1).map(({ entry }) => entry);
    return Promise.resolve({ kind: "served", entries });
  }

  subscribe(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #add(entry: LogEntry, jsonLength: number): void {
    const bytes = jsonLength + entryOverheadBytes;
    this.#kept.push({ entry, atMs: this.#clock.nowMs(), bytes });
    this.#keptBytes += bytes;
    if (this.#sequence % trimEvery === 0 || this.#keptBytes > this.#maxBytes) this.#trim();
    this.#undelivered.push(entry);
    if (!this.#isDelivering) this.#deliver();
  }

  /** A listener may append in turn; that entry waits until all have seen the ones before it. */
  #deliver(): void {
    this.#isDelivering = true;
    try {
      for (let entry = this.#undelivered.shift(); entry !== undefined; entry = this.#undelivered.shift()) {
        for (const listener of this.#listeners) this.#tell(listener, entry);
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  #tell(listener: (entry: LogEntry) => void, entry: LogEntry): void {
    try {
      listener(entry);
    } catch (error) {
      this.#logger.error({ error, sequence: entry.sequence }, "a listener of the event log failed");
    }
  }

  #trim(): void {
    const youngestToDropMs = this.#clock.nowMs() - this.#minAgeMs;
    // Over the bound a quarter goes at once, so that a full log does not copy itself at every entry.
    const bytesToKeep = this.#keptBytes > this.#maxBytes ? this.#maxBytes * 0.75 : this.#maxBytes;
    let drop = 0;
    for (const { atMs, bytes } of this.#kept) {
      const isOverCount = this.#kept.length - drop > this.#minEntries;
      const isOverBytes = this.#keptBytes > bytesToKeep;
      if (!isOverBytes && !(isOverCount && atMs < youngestToDropMs)) break;
      this.#keptBytes -= bytes;
      drop++;
    }
    if (drop > 0) this.#kept = this.#kept.slice(drop);
  }
}
