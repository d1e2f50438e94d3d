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

interface BackupStatus {
  /** When the newest was begun; undefined before the first, or before it is known. */
  lastSuccessAt: Date | undefined;
  /** When a try failed last, since the start. */
  lastFailureAt: Date | undefined;
  /** How many tries have failed since one did not. */
  failures: number;
}

const hourMs = 60 * 60 * 1_000;
/** Looking at the clock this often, rather than at one long timer, bears a machine that sleeps and a clock that jumps. */
const lookMs = 60_000;
const retryMs = 15 * 60_000;
/** One may fail for something that passes; the next is a quarter of an hour later. */
const worryingFailures = 2;
/** One that takes for ever fails never. */
const worryingPeriods = 2;

export class BackupSchedule {
  readonly #options: BackupScheduleOptions;
  readonly #stopping = new AbortController();
  readonly #startedAtMs: number;
  #status: BackupStatus = { lastSuccessAt: undefined, lastFailureAt: undefined, failures: 0 };
  #notBeforeMs = 0;
  #running: Promise<void> = Promise.resolve();
  #cancel: () => void = () => undefined;

  private constructor(options: BackupScheduleOptions) {
    this.#options = options;
    this.#startedAtMs = options.clock.nowMs();
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

  /** What is wrong with the backups, in a sentence for everybody: the failure itself is the log's, since it may name anything. */
  findProblem(): string | undefined {
    const { clock, everyHours } = this.#options;
    const { failures, lastSuccessAt } = this.#status;
    if (failures >= worryingFailures)
      return `the last ${failures} backups could not be made; the log says why`;
    // What was missed while nothing ran is made up for now.
    const sinceMs = Math.max(lastSuccessAt?.getTime() ?? 0, this.#startedAtMs);
    const hours = worryingPeriods * everyHours;
    return clock.nowMs() > sinceMs + hours * hourMs ? `no backup was made for ${hours} hours` : undefined;
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
    const nowMs = clock.nowMs();
    // A clock that was far ahead is no reason to wait until it is so late again.
    return Math.abs(nowMs - lastMs) >= everyHours * hourMs && nowMs >= this.#notBeforeMs;
  }

  async #run(): Promise<void> {
    const { directory, keep, backUp, clock, logger } = this.#options;
    const begunAt = new Date(clock.nowMs());
    try {
      await backUp(join(directory, backupFileName("scheduled", begunAt)), this.#stopping.signal);
      this.#status = { ...this.#status, lastSuccessAt: begunAt, failures: 0 };
      logger.info({}, "a backup was made");
      await deleteSurplus(directory, "scheduled", keep);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const failure = error instanceof Error ? error.message : String(error);
      const nowMs = clock.nowMs();
      const failures = this.#status.failures + 1;
      this.#status = { ...this.#status, lastFailureAt: new Date(nowMs), failures };
      this.#notBeforeMs = nowMs + retryMs;
      logger.error({ error: failure }, "the backup could not be made");
    }
  }
}
