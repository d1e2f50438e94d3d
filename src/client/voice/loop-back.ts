/** Plays one's own microphone back, as the others would hear it and a moment later: at once it is drowned by speaking. */
import type { ReadableState } from "#sdk/index.ts";
import type { AudioOutput } from "./audio-output.ts";
import type { MicrophoneGraph } from "./microphone-graph.ts";

const delaySeconds = 0.5;

const playBack = (graph: MicrophoneGraph, output: AudioOutput): (() => void) => {
  const { context, entry, letGo } = output.hold();
  // Of its own: the sent one is silenced by a mute.
  const track = graph.getTrack().clone();
  track.enabled = true;
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const delay = context.createDelay(delaySeconds);
  delay.delayTime.value = delaySeconds;
  source.connect(delay).connect(entry);
  return () => {
    source.disconnect();
    delay.disconnect();
    track.stop();
    letGo();
  };
};

/** Plays back for as long as there is a graph, over one that is opened anew. Returns the way to stop. */
export const loopBack = (graph: ReadableState<MicrophoneGraph | null>, output: AudioOutput): (() => void) => {
  let stop: (() => void) | null = null;
  const follow = (): void => {
    stop?.();
    const now = graph.get();
    stop = now && playBack(now, output);
  };
  const stopFollowing = graph.subscribe(follow);
  follow();
  return () => {
    stopFollowing();
    stop?.();
    stop = null;
  };
};
