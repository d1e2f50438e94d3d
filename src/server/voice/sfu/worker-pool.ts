/**
 * The workers, one a port. It hands out the one with the least to do, and waits for one that is just being replaced rather
 * than refuse; that some ports cannot be had is no reason to go without the others.
 */
import { AppError } from "../../kernel/app-error.ts";
import type { SfuAvailability } from "./sfu.ts";
import { type PooledWorker, type SlotOptions, WorkerSlot } from "./worker-slot.ts";

const stoppingCause = "Voice is stopping";

export class WorkerPool<W extends PooledWorker> {
  readonly #slots: readonly WorkerSlot<W>[];

  private constructor(slots: readonly WorkerSlot<W>[]) {
    this.#slots = slots;
  }

  /** Resolves when every worker runs or has failed to. */
  static async create<W extends PooledWorker>(
    ports: readonly number[],
    options: SlotOptions<W>,
  ): Promise<WorkerPool<W>> {
    const pool = new WorkerPool(ports.map((port) => new WorkerSlot(port, options)));
    await Promise.all(pool.#settling());
    return pool;
  }

  availability(): SfuAvailability {
    if (this.running.length > 0 || this.#settling().length > 0) return { kind: "available" };
    const [broken] = this.#slots.flatMap(({ state }) => (state.kind === "broken" ? [state.cause] : []));
    return { kind: "unavailable", cause: broken ?? stoppingCause };
  }

  get running(): W[] {
    return this.#slots.flatMap(({ state }) =>
      state.kind === "running" && state.worker.isRunning ? [state.worker] : [],
    );
  }

  /** The one with the least to do. @throws VOICE_UNAVAILABLE */
  async getLeastLoaded(): Promise<W> {
    for (;;) {
      const worker = this.findLeastLoaded(this.running);
      if (worker) return worker;
      const settling = this.#settling();
      if (settling.length === 0) {
        const availability = this.availability();
        const cause = availability.kind === "unavailable" ? availability.cause : stoppingCause;
        throw new AppError("VOICE_UNAVAILABLE", { cause });
      }
      await Promise.race(settling);
    }
  }

  findLeastLoaded(among: readonly W[]): W | undefined {
    return among.reduce<W | undefined>(
      (least, worker) => (least && !worker.load.isLessThan(least.load) ? least : worker),
      undefined,
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.close()));
  }

  #settling(): Promise<void>[] {
    return this.#slots.flatMap(({ state }) => (state.kind === "starting" ? [state.settled] : []));
  }
}
