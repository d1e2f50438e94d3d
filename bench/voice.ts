/** Voice, against a bare mediasoup program in the same run. */
import type { BenchLine, BenchOptions } from "./bench-line.ts";
import { benchFirstAudio } from "./voice/first-audio.ts";
import { benchForwarding } from "./voice/forwarding.ts";
import { benchLatency } from "./voice/latency.ts";
import { benchLoudest } from "./voice/loudest.ts";
import { benchMemory } from "./voice/memory.ts";

export async function* benchVoice(options: BenchOptions): AsyncGenerator<BenchLine> {
  yield benchForwarding(options);
  yield benchLoudest(options);
  yield* await benchFirstAudio(options);
  yield* await benchMemory(options);
  yield* await benchLatency(options);
}
