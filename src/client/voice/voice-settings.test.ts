import { describe, expect, test } from "vitest";

import { createVoiceSettings, defaultVoiceSettings, parseVoiceSettings } from "./voice-settings.ts";

describe("what is stored", () => {
  test("VO14: nothing yet: a gate at -30 dBFS, and every help switched on", () => {
    expect(defaultVoiceSettings).toEqual({
      microphoneId: null,
      loudspeakerId: null,
      cameraId: null,
      inputMode: "voice-activity",
      thresholdDbfs: -30,
      talkKey: { kind: "keyboard", code: "ControlRight" },
      releaseDelayMs: 200,
      hasNoiseSuppression: true,
      hasEchoCancellation: true,
      hasAutoGain: true,
      microphoneVolume: 1,
      loudspeakerVolume: 1,
      hasSounds: true,
    });
  });

  test("one part that is unusable does not cost the others", () => {
    const stored = { ...defaultVoiceSettings, thresholdDbfs: "loud", microphoneId: "desk", hasSounds: false };
    expect(parseVoiceSettings(stored)).toEqual({
      ...defaultVoiceSettings,
      microphoneId: "desk",
      hasSounds: false,
    });
  });

  test.each([
    ["thresholdDbfs", 3, -30],
    ["thresholdDbfs", -101, -30],
    ["microphoneVolume", 2.5, 1],
    ["loudspeakerVolume", Number.NaN, 1],
    ["releaseDelayMs", -1, 200],
    ["releaseDelayMs", 60_000, 200],
    ["inputMode", "shout", "voice-activity"],
    ["microphoneId", "", null],
    ["talkKey", { kind: "mouse", button: 0 }, { kind: "keyboard", code: "ControlRight" }],
    ["talkKey", { kind: "mouse", button: 2 }, { kind: "keyboard", code: "ControlRight" }],
    ["talkKey", { kind: "mouse", button: 4 }, { kind: "mouse", button: 4 }],
  ])("%s of %j comes to %j", (key, value, expected) => {
    expect(parseVoiceSettings({ [key]: value })).toMatchObject({ [key]: expected });
  });

  test.each([null, 7, "on", [1]])("%j is no settings at all", (value) => {
    expect(parseVoiceSettings(value)).toBeUndefined();
  });
});

describe("a change", () => {
  test("is told, and leaves the rest alone", () => {
    const settings = createVoiceSettings({ area: undefined });
    const told: number[] = [];
    settings.state.subscribe(({ thresholdDbfs }) => told.push(thresholdDbfs));
    settings.update({ thresholdDbfs: -45 });
    settings.update({ hasSounds: false });
    expect(settings.state.get()).toEqual({ ...defaultVoiceSettings, thresholdDbfs: -45, hasSounds: false });
    expect(told).toEqual([-45, -45]);
  });

  test("that is out of range is not taken over", () => {
    const settings = createVoiceSettings({ area: undefined });
    settings.update({ microphoneVolume: 0.5 });
    settings.update({ microphoneVolume: 12, hasAutoGain: false });
    expect(settings.state.get()).toMatchObject({ microphoneVolume: 0.5, hasAutoGain: false });
  });

  test("of the key reaches the parser whole", () => {
    const settings = createVoiceSettings({ area: undefined });
    settings.update({ talkKey: { kind: "keyboard", code: "F8" } });
    expect(settings.state.get().talkKey).toEqual({ kind: "keyboard", code: "F8" });
  });
});
