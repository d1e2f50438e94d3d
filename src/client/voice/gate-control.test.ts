import { expect, test } from "vitest";

import { StateCell } from "#sdk/readable-state.ts";
import type { TalkKey, VoiceSettings } from "./engine.ts";
import type { GateRule } from "./gate.ts";
import { controlGate } from "./gate-control.ts";
import { defaultVoiceSettings } from "./voice-settings.ts";

const createControlled = (first: Partial<VoiceSettings> = {}) => {
  const settings = new StateCell<VoiceSettings>({ ...defaultVoiceSettings, ...first });
  const microphone = new StateCell(false);
  const listening = new Map<TalkKey, (isHeld: boolean) => void>();
  let rule: GateRule | undefined;
  const stop = controlGate({
    settings,
    microphone,
    isOn: microphone.get,
    setRule: (next) => {
      rule = next;
    },
    listen: (key, onChange) => {
      listening.set(key, onChange);
      return () => listening.delete(key);
    },
  });
  return {
    stop,
    microphone,
    getRule: () => rule,
    getKeys: () => [...listening.keys()],
    hold: (isHeld: boolean) => {
      for (const onChange of listening.values()) onChange(isHeld);
    },
    set: (changes: Partial<VoiceSettings>) => settings.set({ ...settings.get(), ...changes }),
  };
};

const f8: TalkKey = { kind: "keyboard", code: "F8" };
const side: TalkKey = { kind: "mouse", button: 4 };

test("VO14: the threshold follows the settings", () => {
  const { getRule, getKeys, set } = createControlled();
  expect(getRule()).toEqual({ kind: "level", thresholdDbfs: -30 });
  set({ thresholdDbfs: -42 });
  expect(getRule()).toEqual({ kind: "level", thresholdDbfs: -42 });
  expect(getKeys()).toEqual([]);
});

test("VO14: the key opens and closes, with its delay", () => {
  const controlled = createControlled({ inputMode: "push-to-talk", talkKey: f8, releaseDelayMs: 150 });
  controlled.microphone.set(true);
  expect(controlled.getRule()).toEqual({ kind: "key", isHeld: false, releaseDelayMs: 150 });
  controlled.hold(true);
  expect(controlled.getRule()).toEqual({ kind: "key", isHeld: true, releaseDelayMs: 150 });
  controlled.hold(false);
  expect(controlled.getRule()).toEqual({ kind: "key", isHeld: false, releaseDelayMs: 150 });
});

test("the key is the page's own while the microphone is off", () => {
  const { microphone, getKeys, stop } = createControlled({ inputMode: "push-to-talk", talkKey: f8 });
  expect(getKeys()).toEqual([]);
  microphone.set(true);
  expect(getKeys()).toEqual([f8]);
  microphone.set(false);
  expect(getKeys()).toEqual([]);
  microphone.set(true);
  stop();
  expect(getKeys()).toEqual([]);
});

test("VO14: modes and keys change while the microphone is on", () => {
  const { microphone, getRule, getKeys, hold, set } = createControlled();
  microphone.set(true);
  set({ inputMode: "push-to-talk", talkKey: f8 });
  hold(true);
  set({ talkKey: side });
  expect(getKeys()).toEqual([side]);
  expect(getRule()).toMatchObject({ kind: "key", isHeld: false });
  hold(true);
  set({ hasSounds: false });
  expect(getRule()).toMatchObject({ kind: "key", isHeld: true });
  set({ inputMode: "voice-activity" });
  expect(getKeys()).toEqual([]);
  expect(getRule()).toEqual({ kind: "level", thresholdDbfs: -30 });
});
