import type { RetryPolicy } from "../retry-policy.ts";
import { type CallFailure, mayRetry, reasonOf, retryAfterMsOf } from "../failure.ts";

interface ReconcilerOptions {
  /** Compares what is with what is wanted, and closes the gap; nothing to do where there is none. */
  run: () => Promise<void>;
  policy: RetryPolicy;
  /** Told of a failure that waiting cannot mend, and of one that the policy gives up on. */
  onRefused: (failure: CallFailure) => void;
}

/**
 * Keeps one thing in line with what is wanted of it: one run at a time, another one when something changed meanwhile, and
 * another one later when it failed. However fast the changes come, there is never more than one call under way.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  #isRunning = false;
  #isRequested = false;
  #isClosed = false;
  #attempt = 0;
  #failingSinceMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  request(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#isRequested = true;
    if (!this.#isRunning) void this.#drain();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #drain(): Promise<void> {
    this.#isRunning = true;
    while (this.#isRequested && !this.#isClosed) {
      this.#isRequested = false;
      try {
        await this.#options.run();
        this.#attempt = 0;
      } catch (error) {
        this.#afterFailure(reasonOf(error));
      }
    }
    this.#isRunning = false;
  }

  #afterFailure(failure: CallFailure): void {
    if (this.#isClosed) return;
    if (this.#attempt === 0) this.#failingSinceMs = Date.now();
    const progress = { attempt: this.#attempt, elapsedMs: Date.now() - this.#failingSinceMs };
    const delayMs = mayRetry(failure) ? this.#options.policy.nextDelayMs(progress) : null;
    if (delayMs === null) return this.#options.onRefused(failure);
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.request(), Math.max(delayMs, retryAfterMsOf(failure) ?? 0));
  }
}
