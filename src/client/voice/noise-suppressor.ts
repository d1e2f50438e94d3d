/** RNNoise as a node of an audio graph. Fetched when it is first needed: no one who only reads pays for it. */
import { loadRnnoise, RnnoiseWorkletNode } from "@sapphi-red/web-noise-suppressor";
import wasmUrl from "@sapphi-red/web-noise-suppressor/rnnoise.wasm?url";
import simdWasmUrl from "@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url";
import workletUrl from "@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url";

/** RNNoise knows no other. */
export const rnnoiseSampleRate = 48_000;

export interface NoiseSuppressor {
  node: AudioNode;
  close: () => void;
}

/** @throws where it cannot be fetched or run; the microphone goes on without it */
export const createNoiseSuppressor = async (context: AudioContext): Promise<NoiseSuppressor> => {
  if (context.sampleRate !== rnnoiseSampleRate) throw new Error("RNNoise needs 48 kHz");
  const [wasmBinary] = await Promise.all([
    loadRnnoise({ url: wasmUrl, simdUrl: simdWasmUrl }),
    context.audioWorklet.addModule(workletUrl),
  ]);
  // On the audio thread a failure would be silence without a word: whether it compiles is found out here.
  await WebAssembly.compile(wasmBinary);
  const node = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary });
  node.channelCount = 1;
  node.channelCountMode = "explicit";
  return {
    node,
    close: () => {
      node.disconnect();
      node.destroy();
    },
  };
};
