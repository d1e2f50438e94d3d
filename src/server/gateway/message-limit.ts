interface Options {
  nowMs: number;
  /** 0 is no limit. */
  perMinute: number;
}

const windowMs = 60_000;

/** Counts what a connection sends, minute by minute (GW3). It holds no more than it must: there is one for each. */
export class MessageLimit {
  #windowStartMs: number;
  #count = 0;

  constructor(nowMs: number) {
    this.#windowStartMs = nowMs;
  }

  /** False when these are too many. */
  take(count: number, { nowMs, perMinute }: Options): boolean {
    if (perMinute === 0) return true;
    if (nowMs - this.#windowStartMs >= windowMs) {
      this.#windowStartMs = nowMs;
      this.#count = 0;
    }
    this.#count += count;
    return this.#count <= perMinute;
  }
}
