import { type ReadableState, StateCell } from "../readable-state.ts";
import type { ReceiveTransport, SendTransport } from "./media.ts";
import { measureQuality, type QualitySample, readSample, unknownQuality } from "./quality.ts";
import type { VoiceQuality } from "./voice-client.ts";

const sampleEveryMs = 2_000;
/** A measurement spans three intervals, so that one lost packet does not turn the sign red. */
const keptSamples = 4;

const isSame = (a: VoiceQuality, b: VoiceQuality): boolean =>
  a.level === b.level &&
  a.roundTripMs === b.roundTripMs &&
  a.lostIn === b.lostIn &&
  a.lostOut === b.lostOut &&
  a.jitterMs === b.jitterMs &&
  a.protocol === b.protocol;

/** Measures the transports that it is given, every two seconds. */
export class QualitySampler {
  readonly #cell = new StateCell<VoiceQuality>(unknownQuality);
  #samples: QualitySample[] = [];
  #transports: { send: SendTransport; receive: ReceiveTransport } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get state(): ReadableState<VoiceQuality> {
    return this.#cell;
  }

  /** Begins anew with these; with undefined it stops. */
  follow(transports: { send: SendTransport; receive: ReceiveTransport } | undefined): void {
    if (transports?.send === this.#transports?.send) return;
    clearTimeout(this.#timer);
    this.#samples = [];
    this.#transports = transports;
    this.#cell.set(unknownQuality);
    if (transports) void this.#sample();
  }

  async #sample(): Promise<void> {
    const transports = this.#transports;
    if (!transports) return;
    try {
      const [send, receive] = await Promise.all([transports.send.getStats(), transports.receive.getStats()]);
      if (transports === this.#transports) this.#add(readSample({ send, receive }));
    } catch {
      // A transport that is closed meanwhile has no figures.
    }
    if (transports !== this.#transports) return;
    this.#timer = setTimeout(() => void this.#sample(), sampleEveryMs);
  }

  #add(sample: QualitySample): void {
    this.#samples = [...this.#samples, sample].slice(-keptSamples);
    const quality = measureQuality(this.#samples[0] ?? sample, sample);
    if (!isSame(quality, this.#cell.get())) this.#cell.set(quality);
  }
}
