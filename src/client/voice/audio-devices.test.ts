import { describe, expect, test } from "vitest";

import { createDeviceList, type DeviceSource, resolveDevice } from "./audio-devices.ts";

type Info = Awaited<ReturnType<DeviceSource["enumerateDevices"]>>[number];

const microphone = (deviceId: string, label = deviceId, groupId = deviceId): Info => ({
  deviceId,
  label,
  groupId,
  kind: "audioinput",
});

/** A machine whose devices are plugged in and out by hand. */
const createMachine = (first: readonly Info[]) => {
  let infos = first;
  const listeners = new Set<() => void>();
  const source: DeviceSource = {
    enumerateDevices: async () => infos,
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener),
  };
  const plug = (next: readonly Info[]): void => {
    infos = next;
    for (const listener of listeners) listener();
  };
  return { source, plug, listeners };
};

const createList = (machine: { source: DeviceSource }) =>
  createDeviceList({ source: machine.source, canChooseLoudspeaker: true });

describe("VO14: the list", () => {
  test("has each kind by itself, without the system's choice", async () => {
    const list = createList(
      createMachine([
        microphone("default", "Default - Desk"),
        microphone("communications", "Communications - Desk"),
        microphone("desk", "Desk"),
        { ...microphone("box", "Box"), kind: "audiooutput" },
        { ...microphone("eye", "Eye"), kind: "videoinput" },
      ]),
    );
    await list.refresh();
    expect(list.state.get()).toEqual({
      microphones: [{ id: "desk", label: "Desk" }],
      loudspeakers: [{ id: "box", label: "Box" }],
      cameras: [{ id: "eye", label: "Eye" }],
      canChooseLoudspeaker: true,
    });
  });

  test("follows what is plugged in and out", async () => {
    const machine = createMachine([microphone("desk")]);
    const list = createList(machine);
    await expect.poll(() => list.state.get().microphones).toHaveLength(1);
    machine.plug([microphone("desk"), microphone("headset")]);
    await expect.poll(() => list.state.get().microphones.map(({ id }) => id)).toEqual(["desk", "headset"]);
    list.close();
    expect(machine.listeners.size).toBe(0);
  });

  test("has the names once the browser tells them, and is not told again when nothing changed", async () => {
    const machine = createMachine([microphone("desk", "")]);
    const list = createList(machine);
    await list.refresh();
    const labels: string[][] = [];
    list.state.subscribe(({ microphones }) => labels.push(microphones.map(({ label }) => label)));
    machine.plug([microphone("desk", "Desk")]);
    await list.refresh();
    await list.refresh();
    expect(labels).toEqual([["Desk"]]);
  });

  test("says when the system's choice is another one", async () => {
    const machine = createMachine([microphone("default", "", "one"), microphone("desk", "", "one")]);
    const list = createList(machine);
    await list.refresh();
    expect(list.systemMicrophone.get()).toBe("one");
    machine.plug([microphone("default", "", "two"), microphone("desk", "", "one")]);
    await list.refresh();
    expect(list.systemMicrophone.get()).toBe("two");
  });

  test("an answer that comes late does not undo a newer one", async () => {
    const answers: ((infos: Info[]) => void)[] = [];
    const source: DeviceSource = {
      enumerateDevices: () => {
        const { promise, resolve } = Promise.withResolvers<Info[]>();
        answers.push(resolve);
        return promise;
      },
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    };
    const list = createList({ source });
    const second = list.refresh();
    answers[1]?.([microphone("new")]);
    await second;
    answers[0]?.([microphone("old")]);
    await Promise.resolve();
    expect(list.state.get().microphones.map(({ id }) => id)).toEqual(["new"]);
  });

  test("is empty on a page that has no devices, or may not ask", async () => {
    const refused: DeviceSource = {
      enumerateDevices: () => Promise.reject(new DOMException("no", "NotAllowedError")),
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    };
    for (const source of [undefined, refused]) {
      const list = createDeviceList({ source, canChooseLoudspeaker: false });
      await list.refresh();
      expect(list.state.get().microphones).toEqual([]);
    }
  });
});

describe("VO14: the chosen device", () => {
  const desk = { id: "desk", label: "Desk" };
  const headset = { id: "headset", label: "Headset" };

  test("counts while it is there, gives way to the system's choice when it is not, and counts again", () => {
    expect(resolveDevice("headset", [desk, headset])).toBe("headset");
    expect(resolveDevice("headset", [desk])).toBeNull();
    expect(resolveDevice("headset", [headset, desk])).toBe("headset");
  });

  test("is asked for while the browser does not tell what is there", () => {
    expect(resolveDevice("headset", [])).toBe("headset");
  });

  test("is the system's when nothing was chosen", () => {
    expect(resolveDevice(null, [desk])).toBeNull();
  });
});
