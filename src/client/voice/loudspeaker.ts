/** Plays what the others send: each as loud as this listener set them, all of them silent at once when deafened. */
import type { ReadableState } from "#sdk/index.ts";
import type { OwnVoice, RemoteStream } from "#sdk/voice/index.ts";
import { kindOfSource } from "#shared/contract/voice.ts";
import type { ConsumerId } from "#shared/ids.ts";
import type { AudioOutput, HeldOutput } from "./audio-output.ts";
import type { VoiceSettings } from "./engine.ts";
import type { MemberVolumes } from "./member-volumes.ts";

export interface LoudspeakerOptions {
  output: AudioOutput;
  streams: ReadableState<readonly RemoteStream[]>;
  own: ReadableState<OwnVoice>;
  settings: ReadableState<VoiceSettings>;
  volumes: MemberVolumes;
}

interface Voice {
  stream: RemoteStream;
  gain: GainNode;
  stop: () => void;
}

/** To a new volume, without a click. */
const smoothingSeconds = 0.01;

const setGain = ({ gain, context }: GainNode, volume: number): void => {
  gain.setTargetAtTime(volume, context.currentTime, smoothingSeconds);
};

/** Chromium lets a track from the network flow into an audio graph only while an element plays it too. */
const keepFlowing = (stream: MediaStream): (() => void) => {
  const element = new Audio();
  element.muted = true;
  element.srcObject = stream;
  element.play().catch(() => undefined);
  return () => {
    element.srcObject = null;
  };
};

const isSound = ({ source }: RemoteStream): boolean => kindOfSource[source] === "audio";

export class Loudspeaker {
  readonly #options: LoudspeakerOptions;
  readonly #voices = new Map<ConsumerId, Voice>();
  readonly #stops: (() => void)[];
  /** Awake while there is something to play. */
  #held: (HeldOutput & { master: GainNode }) | null = null;

  constructor(options: LoudspeakerOptions) {
    this.#options = options;
    this.#stops = [
      options.streams.subscribe(() => this.#followStreams()),
      options.own.subscribe(() => this.followVolumes()),
      options.settings.subscribe(() => this.followVolumes()),
    ];
    this.#followStreams();
  }

  /** To be called when a member's volume has changed. */
  followVolumes(): void {
    if (!this.#held) return;
    setGain(this.#held.master, this.#getMasterVolume());
    for (const { gain, stream } of this.#voices.values()) {
      setGain(gain, this.#options.volumes.get(stream.userId));
    }
  }

  close(): void {
    for (const stop of this.#stops) stop();
    for (const id of this.#voices.keys()) this.#drop(id);
    this.#rest();
  }

  #getMasterVolume(): number {
    const { own, settings } = this.#options;
    return own.get().isDeaf ? 0 : settings.get().loudspeakerVolume;
  }

  #followStreams(): void {
    const sounds = new Map(
      this.#options.streams
        .get()
        .filter(isSound)
        .map((stream) => [stream.consumerId, stream]),
    );
    for (const [id, { stream }] of this.#voices) {
      if (sounds.get(id)?.track !== stream.track) this.#drop(id);
    }
    for (const [id, stream] of sounds) {
      if (!this.#voices.has(id)) this.#voices.set(id, this.#play(stream));
    }
    if (this.#voices.size === 0) this.#rest();
  }

  #wake(): HeldOutput & { master: GainNode } {
    const held = this.#options.output.hold();
    const master = held.context.createGain();
    master.gain.value = this.#getMasterVolume();
    master.connect(held.entry);
    return { ...held, master };
  }

  #rest(): void {
    this.#held?.master.disconnect();
    this.#held?.letGo();
    this.#held = null;
  }

  #play(stream: RemoteStream): Voice {
    const { context, master } = (this.#held ??= this.#wake());
    const media = new MediaStream([stream.track]);
    const stopFlow = keepFlowing(media);
    const source = context.createMediaStreamSource(media);
    const gain = context.createGain();
    gain.gain.value = this.#options.volumes.get(stream.userId);
    source.connect(gain).connect(master);
    const stop = (): void => {
      source.disconnect();
      gain.disconnect();
      stopFlow();
    };
    return { stream, gain, stop };
  }

  #drop(id: ConsumerId): void {
    this.#voices.get(id)?.stop();
    this.#voices.delete(id);
  }
}
