/** What a browser's microphone hears when it is told to, as WAV files. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const sampleRate = 48_000;
/** Played over and over: a whole number of waves, for any whole frequency. */
const seconds = 2;
const headerBytes = 44;

/** `soundAt` gives each sample, from -1 to 1. */
const createWav = (soundAt: (at: number) => number): Buffer => {
  const samples = sampleRate * seconds;
  const wav = Buffer.alloc(headerBytes + samples * 2);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  // PCM, one channel, 16 bits.
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at += 1) {
    wav.writeInt16LE(Math.round(soundAt(at) * 0x7fff), headerBytes + at * 2);
  }
  return wav;
};

export interface SoundFile extends AsyncDisposable {
  path: string;
}

const createFile = async (soundAt: (at: number) => number): Promise<SoundFile> => {
  const directory = await mkdtemp(join(tmpdir(), "together-sound-"));
  const path = join(directory, "sound.wav");
  await writeFile(path, createWav(soundAt));
  return { path, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
};

/** `dbfs` is the effective level. */
export const createToneFile = (options: { frequencyHz: number; dbfs: number }): Promise<SoundFile> => {
  const amplitude = 10 ** (options.dbfs / 20) * Math.SQRT2;
  return createFile((at) => amplitude * Math.sin((2 * Math.PI * options.frequencyHz * at) / sampleRate));
};

/** What one sample of the rumble keeps of the one before: most of it, so that it is low. */
const kept = 0.995;

/** A rumble as of a fan, the same each time. `dbfs` is the effective level. */
export const createRumbleFile = ({ dbfs }: { dbfs: number }): Promise<SoundFile> => {
  // The effective level of noise from -1 to 1, and how far a sum that keeps most of itself grows.
  const step = 10 ** (dbfs / 20) * Math.sqrt(3) * Math.sqrt(1 - kept ** 2);
  let state = 1;
  let sample = 0;
  return createFile(() => {
    // The constants of a generator that is good enough to be heard as noise.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    sample = kept * sample + step * (state / 2 ** 31 - 1);
    return Math.max(-1, Math.min(1, sample));
  });
};
