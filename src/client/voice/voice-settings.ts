/** How this browser's voice is set, for every account that uses it: devices and rooms are the machine's. */
import { z } from "zod";
import { createStored } from "#client/lib/storage.ts";
import { type ReadableState, StateCell } from "#sdk/readable-state.ts";
import type { TalkKey, VoiceSettings } from "./engine.ts";
import { lowestDbfs } from "./gate.ts";

/** A key that writes nothing and that no browser has a use for of its own. */
const defaultTalkKey: TalkKey = { kind: "keyboard", code: "ControlRight" };
const maxReleaseDelayMs = 2_000;
const maxIdChars = 500;

const TalkKeySchema = z.union([
  z.object({ kind: z.literal("keyboard"), code: z.string().min(1).max(40) }),
  // Not the first two: the page could no longer be used with them.
  z.object({ kind: z.literal("mouse"), button: z.union([z.literal(1), z.int().min(3).max(31)]) }),
]);

const DeviceId = z.string().min(1).max(maxIdChars).nullable().catch(null);
const Volume = z.number().min(0).max(2).catch(1);
const isOn = z.boolean().catch(true);

/** Each part that is not what this version writes becomes what it is at first; the others stay. */
const Settings = z.object({
  microphoneId: DeviceId,
  loudspeakerId: DeviceId,
  cameraId: DeviceId,
  inputMode: z.enum(["voice-activity", "push-to-talk"]).catch("voice-activity"),
  thresholdDbfs: z.number().min(lowestDbfs).max(0).catch(-30),
  talkKey: TalkKeySchema.catch(defaultTalkKey),
  releaseDelayMs: z.number().min(0).max(maxReleaseDelayMs).catch(200),
  hasNoiseSuppression: isOn,
  hasEchoCancellation: isOn,
  hasAutoGain: isOn,
  microphoneVolume: Volume,
  loudspeakerVolume: Volume,
  hasSounds: isOn,
});

export const parseVoiceSettings = (value: unknown): VoiceSettings | undefined =>
  Settings.safeParse(value).data;

export const defaultVoiceSettings: VoiceSettings = Settings.parse({});

/** Whether the value comes out of the parser as it went in. */
const isKept = (key: string, value: unknown): boolean => {
  const parsed: Record<string, unknown> = { ...parseVoiceSettings({ [key]: value }) };
  return JSON.stringify(parsed[key]) === JSON.stringify(value);
};

export interface StoredVoiceSettings {
  readonly state: ReadableState<VoiceSettings>;
  /** What is out of range is not taken over. */
  update: (changes: Partial<VoiceSettings>) => void;
  close: () => void;
}

/** The settings as they are stored, and as another tab changes them. */
export const createVoiceSettings = (options: { area?: Storage | undefined } = {}): StoredVoiceSettings => {
  const stored = createStored<VoiceSettings>({
    ...options,
    key: "voice",
    parse: parseVoiceSettings,
    fallback: defaultVoiceSettings,
  });
  const state = new StateCell(stored.get());
  const close = stored.subscribe(() => state.set(stored.get()));
  const update = (changes: Partial<VoiceSettings>): void => {
    const now = stored.get();
    const valid = Object.entries(changes).filter(([key, value]) => isKept(key, value));
    stored.set(parseVoiceSettings({ ...now, ...Object.fromEntries(valid) }) ?? now);
  };
  return { state, update, close };
};
