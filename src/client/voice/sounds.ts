/** Short sounds that tell what happened without a look at the screen, made from sine waves: there is nothing to fetch. */
import type { AudioOutput } from "./audio-output.ts";

export type SoundName =
  | "join"
  | "leave"
  | "other-joined"
  | "other-left"
  | "mute"
  | "unmute"
  | "deafen"
  | "undeafen"
  | "disconnected"
  | "test";

interface Note {
  frequencyHz: number;
  atMs: number;
}

/** What is on rises, what is off falls; the others' coming and going is like one's own, and softer. */
const notes: Record<SoundName, readonly Note[]> = {
  join: [
    { frequencyHz: 440, atMs: 0 },
    { frequencyHz: 659, atMs: 90 },
  ],
  leave: [
    { frequencyHz: 659, atMs: 0 },
    { frequencyHz: 440, atMs: 90 },
  ],
  "other-joined": [
    { frequencyHz: 523, atMs: 0 },
    { frequencyHz: 659, atMs: 80 },
  ],
  "other-left": [
    { frequencyHz: 523, atMs: 0 },
    { frequencyHz: 392, atMs: 80 },
  ],
  mute: [{ frequencyHz: 330, atMs: 0 }],
  unmute: [{ frequencyHz: 494, atMs: 0 }],
  deafen: [
    { frequencyHz: 330, atMs: 0 },
    { frequencyHz: 247, atMs: 70 },
  ],
  undeafen: [
    { frequencyHz: 330, atMs: 0 },
    { frequencyHz: 494, atMs: 70 },
  ],
  disconnected: [
    { frequencyHz: 494, atMs: 0 },
    { frequencyHz: 392, atMs: 110 },
    { frequencyHz: 294, atMs: 220 },
  ],
  test: [
    { frequencyHz: 440, atMs: 0 },
    { frequencyHz: 554, atMs: 160 },
    { frequencyHz: 659, atMs: 320 },
  ],
};

const softer: readonly SoundName[] = ["other-joined", "other-left", "mute", "unmute"];

/** Below speech: it must not startle who listens at full volume. */
const peak = 0.14;
const softPeak = 0.08;
const attackSeconds = 0.008;
const decaySeconds = 0.22;
/** A context that slept takes this long to be heard. */
const wakeAllowanceMs = 150;
/** An octave above, quieter: a bare sine sounds like a machine's alarm. */
const overtoneShare = 0.18;

const playNote = (
  context: AudioContext,
  entry: AudioNode,
  note: { startsAt: number; frequencyHz: number },
) => {
  const { startsAt, frequencyHz } = note;
  const endsAt = startsAt + decaySeconds;
  const envelope = context.createGain();
  envelope.gain.setValueAtTime(0, startsAt);
  envelope.gain.linearRampToValueAtTime(1, startsAt + attackSeconds);
  envelope.gain.exponentialRampToValueAtTime(0.001, endsAt);
  envelope.connect(entry);
  for (const [multiple, share] of [
    [1, 1],
    [2, overtoneShare],
  ] as const) {
    const tone = context.createOscillator();
    const level = context.createGain();
    level.gain.value = share;
    tone.frequency.value = frequencyHz * multiple;
    tone.connect(level).connect(envelope);
    tone.start(startsAt);
    tone.stop(endsAt);
  }
};

const lengthMsOf = (sound: readonly Note[]): number => (sound.at(-1)?.atMs ?? 0) + decaySeconds * 1_000;

/** Plays it on the chosen loudspeaker; resolved when it has been heard, or would have been where sound is blocked. */
export const playSound = async (output: AudioOutput, name: SoundName, volume: number): Promise<void> => {
  const { context, entry, letGo } = output.hold();
  const loudness = context.createGain();
  loudness.gain.value = volume * (softer.includes(name) ? softPeak : peak);
  loudness.connect(entry);
  const sound = notes[name];
  const startsAt = context.currentTime + attackSeconds;
  for (const { frequencyHz, atMs } of sound) {
    playNote(context, loudness, { startsAt: startsAt + atMs / 1_000, frequencyHz });
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, lengthMsOf(sound) + wakeAllowanceMs);
  await promise;
  loudness.disconnect();
  letGo();
};
