/**
 * What lets the microphone through: a level above the threshold, or a key that is held. Pure, so that the audio thread
 * and the tests run the same lines. Time is counted in samples: a tab in the background keeps its audio, not its timers.
 */

export type GateRule =
  | { kind: "level"; thresholdDbfs: number }
  /** Open while the key is held, and for the delay after. */
  | { kind: "key"; isHeld: boolean; releaseDelayMs: number };

/** What the audio thread tells about 20 times a second, and at each opening and closing. */
export interface GateReport {
  dbfs: number;
  isOpen: boolean;
}

export const lowestDbfs = -100;

/** Speech goes on for this long below the threshold: the pause between two words is shorter. */
const hangoverMs = 300;
/** The level rises within a syllable's beginning, and falls slowly enough to be read on a meter. */
const riseMs = 10;
const fallMs = 40;
/** From silence to full and back; at once would be heard as a click. */
const rampMs = 8;
/**
 * The sound waits this long for the gate's decision, so that the beginning of the word that opens the gate is not cut.
 */
const lookAheadMs = 20;
const reportMs = 50;

export const toDbfs = (power: number): number =>
  power <= 0 ? lowestDbfs : Math.min(0, Math.max(lowestDbfs, 10 * Math.log10(power)));

const powerOf = (samples: Float32Array): number => {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length === 0 ? 0 : sum / samples.length;
};

export class Gate {
  readonly #sampleRate: number;
  readonly #delayed: Float32Array;
  #writeAt = 0;
  #rule: GateRule = { kind: "key", isHeld: false, releaseDelayMs: 0 };
  /** Smoothed, as the square of the amplitude. */
  #power = 0;
  #gain = 0;
  /** Samples for which the gate stays open yet. */
  #openFor = 0;
  #untilReport = 0;
  #wasOpen = false;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
    this.#delayed = new Float32Array(this.#toSamples(lookAheadMs));
  }

  setRule(rule: GateRule): void {
    // What the old rule held open is not the new one's.
    if (rule.kind !== this.#rule.kind) this.#openFor = 0;
    else if (rule.kind === "key" && this.#isWanted()) this.#openFor = this.#toSamples(rule.releaseDelayMs);
    this.#rule = rule;
  }

  /** Writes what is let through of one block, and answers what there is to report after it, if it is time. */
  process(input: Float32Array | undefined, output: Float32Array): GateReport | undefined {
    const length = output.length;
    this.#smooth(input ? powerOf(input) : 0, length);
    this.#decide(length);
    this.#pass(input, output);
    return this.#report(length);
  }

  #smooth(power: number, length: number): void {
    const timeMs = power > this.#power ? riseMs : fallMs;
    this.#power += (power - this.#power) * (1 - Math.exp(-length / this.#toSamples(timeMs)));
  }

  #isWanted(): boolean {
    return this.#rule.kind === "key" ? this.#rule.isHeld : toDbfs(this.#power) >= this.#rule.thresholdDbfs;
  }

  #decide(length: number): void {
    const holdMs = this.#rule.kind === "key" ? this.#rule.releaseDelayMs : hangoverMs;
    // A block more than the hold, so that one that is wanted is open even without any.
    if (this.#isWanted()) this.#openFor = this.#toSamples(holdMs) + length;
    else this.#openFor = Math.max(0, this.#openFor - length);
  }

  #pass(input: Float32Array | undefined, output: Float32Array): void {
    const target = this.#openFor > 0 ? 1 : 0;
    const step = 1 / this.#toSamples(rampMs);
    for (let at = 0; at < output.length; at += 1) {
      this.#gain += Math.max(-step, Math.min(step, target - this.#gain));
      output[at] = (this.#delayed[this.#writeAt] ?? 0) * this.#gain;
      this.#delayed[this.#writeAt] = input?.[at] ?? 0;
      this.#writeAt = (this.#writeAt + 1) % this.#delayed.length;
    }
  }

  #report(length: number): GateReport | undefined {
    const isOpen = this.#openFor > 0;
    this.#untilReport -= length;
    if (this.#untilReport > 0 && isOpen === this.#wasOpen) return undefined;
    this.#untilReport = this.#toSamples(reportMs);
    this.#wasOpen = isOpen;
    return { dbfs: toDbfs(this.#power), isOpen };
  }

  #toSamples(ms: number): number {
    return Math.max(1, Math.round((this.#sampleRate * ms) / 1_000));
  }
}
