/**
 * One port's worker. A worker that dies is replaced on the same port, at once when it had lived for a while; one that
 * cannot be started is tried again and again, ever more slowly, and never ends the process.
 */
import type { Clock } from "../../kernel/clock.ts";
import type { Logger } from "../../kernel/logger.ts";
import type { RetryPolicy } from "../../kernel/retry-policy.ts";
import type { Scheduler } from "../../kernel/scheduler.ts";
import type { WorkerLoad } from "./voice-worker.ts";

export interface PooledWorker {
  readonly load: WorkerLoad;
  readonly isRunning: boolean;
  onDied(listener: () => void): unknown;
  close(): Promise<void>;
}

export interface SlotOptions<W extends PooledWorker> {
  /** What it rejects with is an Error whose message is told to people. */
  start: (port: number) => Promise<W>;
  retryPolicy: RetryPolicy;
  clock: Clock;
  scheduler: Scheduler;
  logger: Logger;
  /** A worker runs after there was none on this port, but for the first. */
  onFreshWorker: () => void;
}

type State<W> =
  /** Settled when there is a worker, or no hope of one soon. */
  | { kind: "starting"; settled: Promise<void> }
  | { kind: "running"; worker: W; sinceMs: number }
  /** Is tried on in the background. */
  | { kind: "broken"; cause: string }
  | { kind: "closed" };

/** The port of a process that has just ended may be held for a moment; after so many tries it is somebody else's. */
const patientTries = 3;
/** A worker that dies sooner may die again, and is not started without a pause. */
const stableAfterMs = 10_000;

const diesAgainCause = "The voice worker dies again and again";

export class WorkerSlot<W extends PooledWorker> {
  readonly #port: number;
  readonly #options: SlotOptions<W>;
  #state: State<W>;
  /** In a row, deaths soon after a start included. */
  #failures = 0;
  #hasRun = false;
  #wake: () => void = () => undefined;
  #work: Promise<void>;

  constructor(port: number, options: SlotOptions<W>) {
    this.#port = port;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#state = { kind: "starting", settled: promise };
    this.#work = this.#bringUp(resolve);
  }

  get state(): Readonly<State<W>> {
    return this.#state;
  }

  /** The port is free afterwards. */
  async close(): Promise<void> {
    const before = this.#state;
    this.#state = { kind: "closed" };
    this.#wake();
    await this.#work;
    if (before.kind === "running") await before.worker.close();
  }

  async #bringUp(onSettled: () => void): Promise<void> {
    while (this.#state.kind !== "closed") {
      if (this.#failures > 0) await this.#wait(this.#options.retryPolicy.nextDelayMs(this.#failures));
      if (await this.#tryOnce()) break;
      if (this.#failures >= patientTries) onSettled();
    }
    onSettled();
  }

  /** Whether there is nothing left to try for. */
  async #tryOnce(): Promise<boolean> {
    if (this.#isClosed()) return true;
    try {
      const worker = await this.#options.start(this.#port);
      if (this.#isClosed()) await worker.close();
      else this.#take(worker);
      return true;
    } catch (error) {
      this.#failures += 1;
      if (!this.#isClosed()) this.#noteFailure(error);
      return false;
    }
  }

  #take(worker: W): void {
    this.#state = { kind: "running", worker, sinceMs: this.#options.clock.nowMs() };
    worker.onDied(() => this.#replace());
    if (this.#hasRun || this.#failures > 0) {
      this.#options.logger.info({ port: this.#port }, "a voice worker runs again");
      this.#options.onFreshWorker();
    }
    this.#hasRun = true;
  }

  #replace(): void {
    if (this.#state.kind !== "running") return;
    const livedMs = this.#options.clock.nowMs() - this.#state.sinceMs;
    this.#failures = livedMs < stableAfterMs ? this.#failures + 1 : 0;
    this.#options.logger.error({ port: this.#port, livedMs }, "a voice worker died and is replaced");
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#state =
      this.#failures < patientTries
        ? { kind: "starting", settled: promise }
        : { kind: "broken", cause: diesAgainCause };
    this.#work = this.#bringUp(resolve);
  }

  #noteFailure(error: unknown): void {
    if (this.#failures < patientTries) return;
    const cause = error instanceof Error ? error.message : String(error);
    // Once a cause, or a port that stays taken fills the log.
    if (this.#state.kind !== "broken" || this.#state.cause !== cause) {
      this.#options.logger.error({ error, port: this.#port }, "a voice worker cannot be started");
    }
    this.#state = { kind: "broken", cause };
  }

  /** Asked anew after every wait. */
  #isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  #wait(delayMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.scheduler.after(delayMs, resolve);
    this.#wake = () => {
      cancel();
      resolve();
    };
    return promise;
  }
}
