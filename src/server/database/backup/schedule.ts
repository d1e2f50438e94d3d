/**
 * Backups by the clock. It owns the time of the next one, and that there is one at a time; the backup itself is made
 * elsewhere. A backup that fails is tried again after a while, and the newest ones stay.
 */
import { join } from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import type { Logger } from "../../kernel/logger.ts";
import type { Scheduler } from "../../kernel/scheduler.ts";
import { backupFileName, deleteSurplus, findNewestMoment } from "./names.ts";

export interface BackupScheduleOptions {
  directory: string;
  everyHours: number;
  keep: number;
  /** Makes the file; rejects when there is none. */
  backUp: (path: string, signal: AbortSignal) => Promise<void>;
  clock: Clock;
  scheduler: Scheduler;
  logger: Logger;
}

export interface BackupStatus {
  /** When the newest was begun; undefined before the first, or before it is known. */
  lastSuccessAt: Date | undefined;
  /** Why the last try failed; undefined when it did not. */
  failure: string | undefined;
}

const hourMs = 60 * 60 * 1_000;
/** Looking at the clock this often, rather than at one long timer, bears a machine that sleeps and a clock that jumps. */
const lookMs = 60_000;
const retryMs = 15 * 60_000;

export class BackupSchedule {
  readonly #options: BackupScheduleOptions;
  readonly #stopping = new AbortController();
  #status: BackupStatus = { lastSuccessAt: undefined, failure: undefined };
  #notBeforeMs = 0;
  #running: Promise<void> = Promise.resolve();
  #cancel: () => void = () => undefined;

  private constructor(options: BackupScheduleOptions) {
    this.#options = options;
  }

  /** The first is made when the newest one that is there has become old enough, and at once where there is none. */
  static async start(options: BackupScheduleOptions): Promise<BackupSchedule> {
    const schedule = new BackupSchedule(options);
    schedule.#status.lastSuccessAt = await findNewestMoment(options.directory, "scheduled");
    schedule.#look();
    return schedule;
  }

  status(): BackupStatus {
    return { ...this.#status };
  }

  /** Ends a backup that is being made; it leaves no file. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#cancel();
    await this.#running;
  }

  #look(): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#isDue()) this.#running = this.#run().finally(() => this.#lookLater());
    else this.#lookLater();
  }

  #lookLater(): void {
    this.#cancel = this.#options.scheduler.after(lookMs, () => this.#look());
  }

  #isDue(): boolean {
    const { clock, everyHours } = this.#options;
    const lastMs = this.#status.lastSuccessAt?.getTime() ?? -Infinity;
    return clock.nowMs() >= Math.max(lastMs + everyHours * hourMs, this.#notBeforeMs);
  }

  async #run(): Promise<void> {
    const { directory, keep, backUp, clock, logger } = this.#options;
    const begunAt = new Date(clock.nowMs());
    try {
      await backUp(join(directory, backupFileName("scheduled", begunAt)), this.#stopping.signal);
      this.#status = { lastSuccessAt: begunAt, failure: undefined };
      logger.info({}, "a backup was made");
      await deleteSurplus(directory, "scheduled", keep);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const failure = error instanceof Error ? error.message : String(error);
      this.#status = { ...this.#status, failure };
      this.#notBeforeMs = clock.nowMs() + retryMs;
      logger.error({ error: failure }, "the backup could not be made");
    }
  }
}
