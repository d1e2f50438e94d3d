/** Says what opens the gate: the level, or the key to talk, which is listened to only while the microphone is on. */
import type { ReadableState } from "#sdk/index.ts";
import type { TalkKey, VoiceSettings } from "./engine.ts";
import type { GateRule } from "./gate.ts";

export interface GateControlOptions {
  settings: ReadableState<VoiceSettings>;
  /** Told of the microphone's coming and going. */
  microphone: ReadableState<unknown>;
  isOn: () => boolean;
  setRule: (rule: GateRule) => void;
  listen: (key: TalkKey, onChange: (isHeld: boolean) => void) => () => void;
}

const isSameKey = (left: TalkKey, right: TalkKey): boolean => JSON.stringify(left) === JSON.stringify(right);

/** Follows the settings and the microphone until the way to stop, which it returns, is called. */
export const controlGate = (options: GateControlOptions): (() => void) => {
  const { settings, microphone, isOn, setRule, listen } = options;
  let isHeld = false;
  let listening: { key: TalkKey; stop: () => void } | null = null;

  const tell = (): void => {
    const { inputMode, thresholdDbfs, releaseDelayMs } = settings.get();
    setRule(
      inputMode === "push-to-talk"
        ? { kind: "key", isHeld, releaseDelayMs }
        : { kind: "level", thresholdDbfs },
    );
  };
  const stopListening = (): void => {
    listening?.stop();
    listening = null;
    isHeld = false;
  };
  const follow = (): void => {
    const { inputMode, talkKey } = settings.get();
    const isListening = inputMode === "push-to-talk" && isOn();
    if (!isListening || (listening && !isSameKey(listening.key, talkKey))) stopListening();
    if (isListening && !listening) {
      const stop = listen(talkKey, (next) => {
        isHeld = next;
        tell();
      });
      listening = { key: talkKey, stop };
    }
    tell();
  };

  const stops = [settings.subscribe(follow), microphone.subscribe(follow)];
  follow();
  return () => {
    for (const stop of stops) stop();
    stopListening();
  };
};
