/** The gate on the audio thread. It is loaded as a file of its own and must import nothing but what is pure. */
import { Gate, type GateRule } from "../gate.ts";

/** Of the audio thread's globals, those that are used here: the page's types do not have them. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare const registerProcessor: (name: string, processor: new () => AudioWorkletProcessor) => void;
declare const sampleRate: number;

class GateProcessor extends AudioWorkletProcessor {
  readonly #gate = new Gate(sampleRate);
  #isClosed = false;

  constructor() {
    super();
    this.port.addEventListener("message", ({ data }: MessageEvent<GateRule | null>) => {
      if (data) this.#gate.setRule(data);
      else this.#isClosed = true;
    });
    this.port.start();
  }

  /** Called by the browser for each block. False lets it forget the node. */
  process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    const [samples] = output ?? [];
    const report = samples && this.#gate.process(input?.[0], samples);
    if (report) this.port.postMessage(report);
    return !this.#isClosed;
  }
}

registerProcessor("together-gate", GateProcessor);
