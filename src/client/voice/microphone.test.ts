import { describe, expect, test } from "vitest";

import { StateCell } from "#sdk/readable-state.ts";
import type { MicrophoneWish } from "./capture.ts";
import type { MediaDevices, VoiceSettings } from "./engine.ts";
import type { GateReport, GateRule } from "./gate.ts";
import { Microphone } from "./microphone.ts";
import type { MicrophoneGraph, MicrophoneInput } from "./microphone-graph.ts";
import { defaultVoiceSettings } from "./voice-settings.ts";

const devicesOf = (...ids: string[]): MediaDevices => ({
  microphones: ids.map((id) => ({ id, label: id })),
  loudspeakers: [],
  cameras: [],
  canChooseLoudspeaker: false,
});

class FakeInput implements MicrophoneInput {
  readonly label: string;
  readonly deviceId: string;
  readonly wish: MicrophoneWish;
  isStopped = false;
  #ended: () => void = () => undefined;

  constructor(deviceId: string, wish: MicrophoneWish) {
    this.deviceId = deviceId;
    this.label = deviceId;
    this.wish = wish;
  }

  connect(): AudioNode {
    throw new Error("a fake graph connects nothing");
  }

  onEnded(listener: () => void): void {
    this.#ended = listener;
  }

  stop(): void {
    this.isStopped = true;
  }

  unplug(): void {
    this.#ended();
  }
}

class FakeGraph implements MicrophoneGraph {
  input: MicrophoneInput | null = null;
  volume = 0;
  rule: GateRule | null = null;
  isSuppressing = false;
  isClosed = false;
  canSuppress = true;
  readonly report: (report: GateReport) => void;

  constructor(report: (report: GateReport) => void) {
    this.report = report;
  }

  getTrack(): MediaStreamTrack {
    throw new Error("a fake graph has no track");
  }
  setInput(input: MicrophoneInput | null): void {
    this.input = input;
  }
  async setNoiseSuppression(isOn: boolean): Promise<boolean> {
    this.isSuppressing = isOn && this.canSuppress;
    return this.isSuppressing;
  }
  setVolume(volume: number): void {
    this.volume = volume;
  }
  setRule(rule: GateRule): void {
    this.rule = rule;
  }
  resume(): void {}
  close(): void {
    this.isClosed = true;
  }
}

/** A machine with these microphones, the first of which is the system's choice. */
const createMachine = (...plugged: string[]) => {
  const present = [...plugged];
  const inputs: FakeInput[] = [];
  const graphs: FakeGraph[] = [];
  const settings = new StateCell<VoiceSettings>(defaultVoiceSettings);
  const state = new StateCell(devicesOf(...present));
  const systemMicrophone = new StateCell(present[0] ?? "");
  const answers: { refusal: DOMException | null; isAsking: Promise<void> | null; canSuppress: boolean } = {
    refusal: null,
    isAsking: null,
    canSuppress: true,
  };
  const tell = (): void => {
    state.set(devicesOf(...present));
    systemMicrophone.set(present[0] ?? "");
  };
  const openInput = async (wish: MicrophoneWish): Promise<MicrophoneInput> => {
    await answers.isAsking;
    if (answers.refusal) throw answers.refusal;
    const id = present.find((candidate) => candidate === wish.deviceId) ?? present[0];
    if (id === undefined) throw new DOMException("none", "NotFoundError");
    const input = new FakeInput(id, wish);
    inputs.push(input);
    return input;
  };
  const createGraph = async (report: (report: GateReport) => void): Promise<MicrophoneGraph> => {
    const graph = new FakeGraph(report);
    graph.canSuppress = answers.canSuppress;
    graphs.push(graph);
    return graph;
  };
  const devices = { state, systemMicrophone, refresh: async () => tell() };
  const microphone = new Microphone({ settings, devices, openInput, createGraph });
  return {
    microphone,
    answers,
    inputs,
    graphs,
    set: (changes: Partial<VoiceSettings>) => settings.set({ ...settings.get(), ...changes }),
    unplug: (id: string) => {
      present.splice(present.indexOf(id), 1);
      for (const input of inputs) if (input.deviceId === id && !input.isStopped) input.unplug();
      tell();
    },
    plug: (id: string) => {
      present.push(id);
      tell();
    },
    openIds: () => inputs.filter(({ isStopped }) => !isStopped).map(({ deviceId }) => deviceId),
  };
};

const off = { kind: "off" };
const onWith = (deviceId: string, isNoiseSuppressed = true) => ({
  kind: "on",
  deviceId,
  label: deviceId,
  isNoiseSuppressed,
});

describe("VO14: the microphone", () => {
  test("is open while it is held, by one or more, and not a moment longer", async () => {
    const { microphone, inputs, graphs, openIds } = createMachine("desk");
    expect(microphone.state.get()).toEqual(off);
    const letGo = microphone.hold();
    expect(microphone.state.get()).toEqual({ kind: "starting" });
    const letGoToo = microphone.hold();
    await microphone.bring();
    expect(inputs).toHaveLength(1);
    await expect.poll(() => microphone.state.get()).toEqual(onWith("desk"));
    letGo();
    letGo();
    expect(openIds()).toEqual(["desk"]);
    letGoToo();
    expect(openIds()).toEqual([]);
    expect(graphs[0]?.isClosed).toBe(true);
    expect(microphone.state.get()).toEqual(off);
  });

  test("that is let go of while the person is still being asked is closed when they say yes", async () => {
    const { microphone, answers, inputs, openIds } = createMachine("desk");
    const { promise, resolve } = Promise.withResolvers<void>();
    answers.isAsking = promise;
    const letGo = microphone.hold();
    const bringing = microphone.bring();
    letGo();
    expect(microphone.state.get()).toEqual(off);
    resolve();
    await bringing;
    expect(inputs).toHaveLength(1);
    expect(openIds()).toEqual([]);
    expect(microphone.state.get()).toEqual(off);
  });

  test("that is wanted again while the person is being asked does not ask twice", async () => {
    const { microphone, answers, inputs } = createMachine("desk");
    const { promise, resolve } = Promise.withResolvers<void>();
    answers.isAsking = promise;
    microphone.hold()();
    microphone.hold();
    expect(microphone.state.get()).toEqual({ kind: "starting" });
    resolve();
    await microphone.bring();
    expect(inputs).toHaveLength(1);
    expect(microphone.state.get().kind).toBe("on");
  });

  test("that is wanted again while another device is being opened has a graph that is alive", async () => {
    const { microphone, answers, graphs, openIds, set } = createMachine("desk", "headset");
    const letGo = microphone.hold();
    await microphone.bring();
    const { promise, resolve } = Promise.withResolvers<void>();
    answers.isAsking = promise;
    set({ microphoneId: "headset" });
    letGo();
    microphone.hold();
    resolve();
    await microphone.bring();
    expect(openIds()).toEqual(["headset"]);
    expect(graphs.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });

  test("has the chosen device, volume, rule and help", async () => {
    const { microphone, inputs, graphs, set } = createMachine("desk", "headset");
    set({ microphoneId: "headset", microphoneVolume: 1.5, hasAutoGain: false });
    microphone.setRule({ kind: "level", thresholdDbfs: -40 });
    microphone.hold();
    await microphone.bring();
    expect(inputs[0]?.wish).toMatchObject({
      deviceId: "headset",
      hasEchoCancellation: true,
      hasAutoGain: false,
    });
    expect(graphs[0]).toMatchObject({ volume: 1.5, rule: { kind: "level", thresholdDbfs: -40 } });
  });

  test("changes device and help while it is on, behind the same track", async () => {
    const { microphone, inputs, graphs, openIds, set } = createMachine("desk", "headset");
    microphone.hold();
    await microphone.bring();
    set({ microphoneId: "headset" });
    await microphone.bring();
    expect(openIds()).toEqual(["headset"]);
    set({ hasEchoCancellation: false });
    await microphone.bring();
    expect(inputs.at(-1)?.wish.hasEchoCancellation).toBe(false);
    expect(openIds()).toEqual(["headset"]);
    expect(graphs).toHaveLength(1);
    expect(graphs[0]?.input).toBe(inputs.at(-1));
  });

  test("keeps its device when something else is set", async () => {
    const { microphone, inputs, graphs, set } = createMachine("desk");
    microphone.hold();
    await microphone.bring();
    set({ microphoneVolume: 0.2, thresholdDbfs: -50 });
    await microphone.bring();
    expect(inputs).toHaveLength(1);
    expect(graphs[0]?.volume).toBe(0.2);
  });

  test("says when noise is not suppressed, by choice or for want of it", async () => {
    const { microphone, graphs, set } = createMachine("desk");
    microphone.hold();
    await expect.poll(() => microphone.state.get()).toEqual(onWith("desk", true));
    set({ hasNoiseSuppression: false });
    await expect.poll(() => microphone.state.get()).toEqual(onWith("desk", false));
    expect(graphs[0]?.isSuppressing).toBe(false);

    const without = createMachine("desk");
    without.answers.canSuppress = false;
    without.microphone.hold();
    await without.microphone.bring();
    expect(without.microphone.state.get()).toEqual(onWith("desk", false));
  });

  test("tells its level while it is on, and silence after", async () => {
    const { microphone, graphs } = createMachine("desk");
    const letGo = microphone.hold();
    await microphone.bring();
    graphs[0]?.report({ dbfs: -20, isOpen: true });
    expect(microphone.level.get()).toEqual({ dbfs: -20, isOpen: true });
    letGo();
    graphs[0]?.report({ dbfs: -20, isOpen: true });
    expect(microphone.level.get()).toEqual({ dbfs: -100, isOpen: false });
  });
});

describe("VO14: unplugged in a call", () => {
  test("the chosen one gives way to the system's, and comes back when it is plugged in again", async () => {
    const { microphone, graphs, openIds, set, unplug, plug } = createMachine("desk", "headset");
    set({ microphoneId: "headset" });
    microphone.hold();
    await microphone.bring();
    expect(openIds()).toEqual(["headset"]);
    unplug("headset");
    await microphone.bring();
    expect(microphone.state.get()).toMatchObject({ kind: "on", deviceId: "desk" });
    plug("headset");
    await microphone.bring();
    expect(microphone.state.get()).toMatchObject({ kind: "on", deviceId: "headset" });
    expect(graphs).toHaveLength(1);
  });

  test("the last one leaves none, and the next that is plugged in is taken by itself", async () => {
    const { microphone, openIds, unplug, plug } = createMachine("desk");
    microphone.hold();
    await microphone.bring();
    unplug("desk");
    await microphone.bring();
    expect(microphone.state.get()).toEqual({ kind: "failed", problem: "no-device" });
    expect(microphone.graph.get()).toBeNull();
    plug("headset");
    await microphone.bring();
    expect(openIds()).toEqual(["headset"]);
  });

  test("one that was chosen and is not there when the call begins is not waited for", async () => {
    const { microphone, inputs, set } = createMachine();
    const machine = createMachine("desk");
    machine.set({ microphoneId: "headset" });
    machine.microphone.hold();
    await machine.microphone.bring();
    expect(machine.inputs).toHaveLength(1);
    expect(machine.microphone.state.get()).toMatchObject({ kind: "on", deviceId: "desk" });
    set({ microphoneId: "headset" });
    microphone.hold();
    await microphone.bring();
    expect(inputs).toEqual([]);
    expect(microphone.state.get()).toEqual({ kind: "failed", problem: "no-device" });
  });
});

describe("VO15: no microphone", () => {
  test("a no is told, is not asked about again by itself, and may be changed by a retry", async () => {
    const { microphone, answers, graphs, plug, openIds } = createMachine("desk");
    answers.refusal = new DOMException("no", "NotAllowedError");
    microphone.hold();
    await microphone.bring();
    expect(microphone.state.get()).toEqual({ kind: "failed", problem: "denied" });
    expect(graphs.every(({ isClosed }) => isClosed)).toBe(true);
    answers.refusal = null;
    plug("headset");
    await microphone.bring();
    expect(microphone.state.get()).toEqual({ kind: "failed", problem: "denied" });
    await microphone.retry();
    expect(openIds()).toEqual(["desk"]);
  });

  test("the next call asks again", async () => {
    const { microphone, answers } = createMachine("desk");
    answers.refusal = new DOMException("busy", "NotReadableError");
    const letGo = microphone.hold();
    await microphone.bring();
    expect(microphone.state.get()).toEqual({ kind: "failed", problem: "in-use" });
    letGo();
    expect(microphone.state.get()).toEqual(off);
    answers.refusal = null;
    microphone.hold();
    await microphone.bring();
    expect(microphone.state.get().kind).toBe("on");
  });
});
