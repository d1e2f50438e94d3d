/** The voice engine in a page of its own, without a server: its call is a recorder, and the page hears what would be sent. */
import { createVoiceEngine } from "#client/voice/create-voice-engine.ts";
import type { VoiceEngine, VoiceSettings } from "#client/voice/engine.ts";
import { createTogetherClient } from "#sdk/index.ts";
import { StateCell } from "#sdk/readable-state.ts";
import type { OwnVoice, RemoteStream, VoiceCallState, VoiceClient } from "#sdk/voice/index.ts";
import { ChannelId, ConsumerId, UserId, VoiceSessionId } from "#shared/ids.ts";

const idOf = (n: number): string => `01890000-0000-7000-8000-00000000000${n}`;
const channelId = ChannelId.parse(idOf(1));
const bob = UserId.parse(idOf(2));

/** What is heard now. */
interface Heard {
  /** -200: nothing at all. */
  peakDbfs: number;
  loudestHz: number;
}

const silenceDbfs = -200;

const createEar = (context: AudioContext) => {
  const analyser = context.createAnalyser();
  analyser.fftSize = 8_192;
  const listen = (): Heard => {
    const samples = new Float32Array(analyser.fftSize);
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatTimeDomainData(samples);
    analyser.getFloatFrequencyData(bins);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const loudest = bins.reduce((best, level, bin) => (level > (bins[best] ?? -Infinity) ? bin : best), 0);
    return {
      peakDbfs: peak === 0 ? silenceDbfs : 20 * Math.log10(peak),
      loudestHz: (loudest * context.sampleRate) / analyser.fftSize,
    };
  };
  return { analyser, listen };
};

class RecordedCall implements VoiceClient {
  readonly state = new StateCell<VoiceCallState>({ kind: "idle", end: null });
  readonly streams = new StateCell<readonly RemoteStream[]>([]);
  readonly speaking = new StateCell<ReadonlySet<UserId>>(new Set());
  readonly quality: VoiceClient["quality"] = new StateCell({
    level: "unknown",
    roundTripMs: null,
    lostIn: null,
    lostOut: null,
    jitterMs: null,
    protocol: null,
  });
  readonly own = new StateCell<OwnVoice>({ isMuted: false, isDeaf: false, camera: null, screen: null });
  readonly microphone = new StateCell<MediaStreamTrack | null>(null);

  prepare(): void {}
  async join(): Promise<void> {
    const voiceSessionId = VoiceSessionId.parse(idOf(3));
    const rights = { canSpeak: true, canStream: true };
    this.state.set({ kind: "joining", channelId });
    this.state.set({ kind: "connected", channelId, voiceSessionId, rights, sinceMs: Date.now() });
  }
  async leave(): Promise<void> {
    this.#change({ camera: null, screen: null });
    this.streams.set([]);
    this.state.set({ kind: "idle", end: null });
  }
  setMicrophone(track: MediaStreamTrack | null): void {
    this.microphone.set(track);
  }
  setSelfMute(isMuted: boolean): void {
    this.#change({ isMuted });
  }
  setSelfDeaf(isDeaf: boolean): void {
    this.#change({ isDeaf, isMuted: isDeaf });
  }
  async showCamera(camera: MediaStreamTrack): Promise<void> {
    this.#change({ camera });
  }
  async showScreen({ video }: { video: MediaStreamTrack }): Promise<void> {
    this.#change({ screen: video });
  }
  stopVideo(source: "camera" | "screen"): void {
    this.#change({ [source]: null });
  }
  watch(): void {}
  close(): void {}

  #change(changes: Partial<OwnVoice>): void {
    this.own.set({ ...this.own.get(), ...changes });
  }
}

/** Hears what leaves for the loudspeakers: every context's way out leads past an ear. */
const listenAtExits = (): (() => Heard | null) => {
  let last: ReturnType<typeof createEar> | null = null;
  const ears = new WeakMap<BaseAudioContext, ReturnType<typeof createEar>>();
  Object.defineProperty(AudioContext.prototype, "destination", {
    get(this: AudioContext): AudioNode {
      const exit: unknown = Reflect.get(BaseAudioContext.prototype, "destination", this);
      const ear = ears.get(this) ?? createEar(this);
      if (exit instanceof AudioNode) ear.analyser.connect(exit);
      ears.set(this, ear);
      last = ear;
      return ear.analyser;
    },
  });
  return () => last?.listen() ?? null;
};

/** Some milliseconds: a page that listens has to look again. */
const nextLook = async (): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(() => resolve(), 20);
  return promise;
};

/** The track as it comes out at the far end of a connection: browsers treat one from the network in ways of their own. */
const sendOverNetwork = async (track: MediaStreamTrack): Promise<MediaStreamTrack> => {
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
  near.addEventListener("icecandidate", ({ candidate }) => void far.addIceCandidate(candidate));
  far.addEventListener("icecandidate", ({ candidate }) => void near.addIceCandidate(candidate));
  const { promise, resolve } = Promise.withResolvers<MediaStreamTrack>();
  far.addEventListener("track", (event) => resolve(event.track));
  near.addTrack(track);
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription ?? { type: "offer" });
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription ?? { type: "answer" });
  return promise;
};

/** What the test calls, from the other side of the browser. */
interface VoicePage {
  engine: VoiceEngine;
  join: () => Promise<void>;
  set: (changes: Partial<VoiceSettings>) => void;
  /** The processed microphone, as it would be sent. */
  hearMicrophone: () => Heard | null;
  hearLoudspeaker: () => Heard | null;
  /** Another member begins to send a tone. */
  letBobHum: (frequencyHz: number) => Promise<void>;
  setBobsVolume: (volume: number) => void;
  /** Resolved when anything is heard from the loudspeaker. */
  catchSound: () => Promise<void>;
  /** Of the track that was sent last. */
  getTrackState: () => MediaStreamTrackState | null;
}

const createPage = (): VoicePage => {
  const hearLoudspeaker = listenAtExits();
  const call = new RecordedCall();
  const engine = createVoiceEngine({ call, client: createTogetherClient({ url: location.origin }) });
  const context = new AudioContext();
  let last: MediaStreamTrack | null = null;
  let ear: ReturnType<typeof createEar> | null = null;
  call.microphone.subscribe((track) => {
    ear = null;
    if (!track) return;
    last = track;
    ear = createEar(context);
    // Its own ear is not what is tested, and opens with the first click like the rest.
    addEventListener("click", () => void context.resume());
    context.createMediaStreamSource(new MediaStream([track])).connect(ear.analyser);
  });
  const letBobHum = async (frequencyHz: number): Promise<void> => {
    const tone = new OscillatorNode(context, { frequency: frequencyHz });
    const level = new GainNode(context, { gain: 0.1 });
    const output = context.createMediaStreamDestination();
    tone.connect(level).connect(output);
    tone.start();
    const [sent] = output.stream.getAudioTracks();
    if (!sent) throw new Error("a destination without a track");
    const track = await sendOverNetwork(sent);
    const consumerId = ConsumerId.parse(idOf(4));
    call.streams.set([{ consumerId, userId: bob, source: "microphone", track, isWatched: true }]);
  };
  const catchSound = async (): Promise<void> => {
    while ((hearLoudspeaker()?.peakDbfs ?? silenceDbfs) < -60) await nextLook();
  };
  return {
    engine,
    catchSound,
    join: () => engine.join(channelId),
    set: (changes) => engine.updateSettings(changes),
    hearMicrophone: () => ear?.listen() ?? null,
    hearLoudspeaker,
    letBobHum,
    setBobsVolume: (volume) => engine.setVolume(bob, volume),
    getTrackState: () => last?.readyState ?? null,
  };
};

Object.assign(window, { voice: createPage() });
