/** Timers, as a parameter: tests turn the time by hand. */
export interface Scheduler {
  /** Runs once after the delay. Returns the way to call it off. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemScheduler: Scheduler = {
  after: (delayMs, run) => {
    // A timer alone never keeps the process alive.
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
};
