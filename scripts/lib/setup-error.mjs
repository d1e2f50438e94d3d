/** A step of the set-up that failed for a reason that the reader can do something about. */
export class SetupError extends Error {
  /**
   * @param {string} message what failed, in one line
   * @param {{ advice?: string, details?: string }} [more] what to do about it; the last lines of the failed command
   */
  constructor(message, { advice, details } = {}) {
    super(message);
    this.name = "SetupError";
    this.advice = advice;
    this.details = details;
  }
}

/** Somebody asked this process to stop while a step was under way. */
export class InterruptedError extends Error {
  /** @param {NodeJS.Signals} signalName */
  constructor(signalName) {
    super(`Stopped by ${signalName}.`);
    this.name = "InterruptedError";
    this.signalName = signalName;
  }
}
