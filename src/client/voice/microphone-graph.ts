/**
 * What happens to the microphone's sound before it is sent: noise suppression, volume, meter and gate, on the audio
 * thread. The input may be swapped and the suppressor switched while it runs; the processed track stays the same.
 */
import type { GateReport, GateRule } from "./gate.ts";
import { createNoiseSuppressor, type NoiseSuppressor, rnnoiseSampleRate } from "./noise-suppressor.ts";
import gateUrl from "./worklets/gate-processor.ts?worker&url";

/** A microphone that is open. */
export interface MicrophoneInput {
  deviceId: string;
  label: string;
  connect: (context: AudioContext) => AudioNode;
  /** Tells that the device is gone, not that it was stopped. */
  onEnded: (listener: () => void) => void;
  stop: () => void;
}

export interface MicrophoneGraph {
  /** The processed sound; it lives as long as the graph. */
  getTrack: () => MediaStreamTrack;
  setInput: (input: MicrophoneInput | null) => void;
  /** @returns whether noise is suppressed from now on */
  setNoiseSuppression: (isOn: boolean) => Promise<boolean>;
  setVolume: (volume: number) => void;
  setRule: (rule: GateRule) => void;
  /** Goes on where the browser held the sound back until a click. */
  resume: () => void;
  close: () => void;
}

/** To a new volume, without a click. */
const smoothingSeconds = 0.01;

/** An output of its own would keep the loudspeakers awake, and break when they are unplugged. */
const withoutOutput: AudioContextOptions & { sinkId: { type: "none" } } = {
  sampleRate: rnnoiseSampleRate,
  latencyHint: "interactive",
  sinkId: { type: "none" },
};

/** Firefox connects no sound of another rate than the context's, and gives the microphone the machine's. */
const takesOtherRates = (context: AudioContext): boolean => {
  const machines = new AudioContext();
  try {
    context.createMediaStreamSource(machines.createMediaStreamDestination().stream);
    return true;
  } catch {
    return false;
  } finally {
    machines.close().catch(() => undefined);
  }
};

const createContext = (): AudioContext => {
  const context = new AudioContext(withoutOutput);
  if ("setSinkId" in context || takesOtherRates(context)) return context;
  context.close().catch(() => undefined);
  // RNNoise then says no, and the rest works.
  return new AudioContext();
};

const createGateNode = async (context: AudioContext): Promise<AudioWorkletNode> => {
  await context.audioWorklet.addModule(gateUrl);
  return new AudioWorkletNode(context, "together-gate", {
    numberOfInputs: 1,
    numberOfOutputs: 1,
    outputChannelCount: [1],
    channelCount: 1,
    channelCountMode: "explicit",
  });
};

class Graph implements MicrophoneGraph {
  readonly #context: AudioContext;
  readonly #gate: AudioWorkletNode;
  readonly #volume: GainNode;
  readonly #output: MediaStreamAudioDestinationNode;
  #source: AudioNode | null = null;
  #suppressor: NoiseSuppressor | null = null;
  #isSuppressionWanted = false;
  #loading: Promise<void> | null = null;

  constructor(context: AudioContext, gate: AudioWorkletNode, onReport: (report: GateReport) => void) {
    this.#context = context;
    this.#gate = gate;
    this.#volume = context.createGain();
    this.#output = context.createMediaStreamDestination();
    this.#output.channelCount = 1;
    this.#volume.connect(gate).connect(this.#output);
    gate.port.addEventListener("message", ({ data }: MessageEvent<GateReport>) => onReport(data));
    gate.port.start();
  }

  getTrack(): MediaStreamTrack {
    const [track] = this.#output.stream.getAudioTracks();
    if (!track) throw new Error("the graph's output has no track");
    return track;
  }

  setInput(input: MicrophoneInput | null): void {
    this.#source?.disconnect();
    this.#source = input?.connect(this.#context) ?? null;
    this.#join();
  }

  async setNoiseSuppression(isOn: boolean): Promise<boolean> {
    const wasSuppressing = this.#isSuppressing();
    this.#isSuppressionWanted = isOn;
    if (isOn && !this.#suppressor) {
      this.#loading ??= this.#load();
      await this.#loading;
    }
    // Joined anew, the sound has a gap that can be heard.
    if (this.#isSuppressing() !== wasSuppressing) this.#join();
    return this.#isSuppressing();
  }

  setVolume(volume: number): void {
    this.#volume.gain.setTargetAtTime(volume, this.#context.currentTime, smoothingSeconds);
  }

  setRule(rule: GateRule): void {
    this.#gate.port.postMessage(rule);
  }

  resume(): void {
    // Waits for a click where there was none yet, and must hold up nobody.
    if (this.#context.state !== "closed") this.#context.resume().catch(() => undefined);
  }

  close(): void {
    this.#source?.disconnect();
    this.#suppressor?.close();
    this.#suppressor = null;
    this.#gate.port.postMessage(null);
    this.getTrack().stop();
    this.#context.close().catch(() => undefined);
  }

  #isSuppressing(): boolean {
    return this.#isSuppressionWanted && this.#suppressor !== null;
  }

  async #load(): Promise<void> {
    const suppressor = await createNoiseSuppressor(this.#context).catch(() => null);
    if (this.#context.state === "closed") suppressor?.close();
    else this.#suppressor = suppressor;
    this.#loading = null;
  }

  #join(): void {
    this.#source?.disconnect();
    this.#suppressor?.node.disconnect();
    const next = this.#isSuppressing() ? this.#suppressor?.node : null;
    next?.connect(this.#volume);
    this.#source?.connect(next ?? this.#volume);
  }
}

/** @throws where the browser cannot process sound */
export const createMicrophoneGraph = async (
  onReport: (report: GateReport) => void,
): Promise<MicrophoneGraph> => {
  const context = createContext();
  try {
    const graph = new Graph(context, await createGateNode(context), onReport);
    graph.resume();
    return graph;
  } catch (error) {
    await context.close();
    throw error;
  }
};
