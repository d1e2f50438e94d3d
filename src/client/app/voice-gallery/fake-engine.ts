/** A voice engine that is played: nothing is opened and nothing sent, and every switch does what it says. */
import type { MicrophoneLevel, VoiceEngine, VoiceSettings } from "#client/voice/engine.ts";
import { StateCell } from "#sdk/readable-state.ts";
import type { OwnVoice, RemoteStream, VoiceCallState, VoiceClient, VoiceQuality } from "#sdk/voice/index.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import { ConsumerId, type UserId } from "#shared/ids.ts";

import type { FakeServer } from "./fake-server.ts";
import { paintCamera, paintScreen } from "./paint.ts";
import type { Scene } from "./scenes.ts";
import { getUserId, me, members } from "./world.ts";

const settings: VoiceSettings = {
  microphoneId: "usb",
  loudspeakerId: null,
  cameraId: null,
  inputMode: "voice-activity",
  thresholdDbfs: -30,
  talkKey: { kind: "keyboard", code: "Space" },
  releaseDelayMs: 200,
  hasNoiseSuppression: true,
  hasEchoCancellation: true,
  hasAutoGain: true,
  microphoneVolume: 1,
  loudspeakerVolume: 1,
  hasSounds: true,
};

const devices = {
  microphones: [
    { id: "usb", label: "USB microphone" },
    { id: "built-in", label: "Built-in microphone" },
  ],
  loudspeakers: [{ id: "headset", label: "Headset" }],
  cameras: [{ id: "webcam", label: "Webcam" }],
  canChooseLoudspeaker: true,
};

const quality: Record<VoiceQuality["level"], VoiceQuality> = {
  good: { level: "good", roundTripMs: 24, lostIn: 0, lostOut: 0.001, jitterMs: 3, protocol: "udp" },
  fair: { level: "fair", roundTripMs: 140, lostIn: 0.02, lostOut: 0.01, jitterMs: 22, protocol: "udp" },
  poor: { level: "poor", roundTripMs: 420, lostIn: 0.09, lostOut: 0.12, jitterMs: 61, protocol: "tcp" },
  unknown: {
    level: "unknown",
    roundTripMs: null,
    lostIn: null,
    lostOut: null,
    jitterMs: null,
    protocol: null,
  },
};

const listStreams = (states: readonly VoiceState[]): RemoteStream[] =>
  states
    .filter(({ userId }) => userId !== me.id)
    .flatMap(({ userId, camera, screen }, index) => {
      const name = members.find(({ user }) => user.id === userId)?.user.displayName ?? "";
      const consumerId = (kind: number) =>
        ConsumerId.parse(`00000000-0000-4000-8000-0000000${kind}${String(index).padStart(4, "0")}`);
      const ofCamera = { consumerId: consumerId(1), userId, source: "camera" as const, isWatched: true };
      const ofScreen = { consumerId: consumerId(2), userId, source: "screen" as const, isWatched: true };
      return [
        ...(camera ? [{ ...ofCamera, track: paintCamera(name) }] : []),
        ...(screen ? [{ ...ofScreen, track: paintScreen() }] : []),
      ];
    });

const createCall = (scene: Scene, tellOwn: (own: OwnVoice) => void) => {
  const state = new StateCell<VoiceCallState>({ kind: "idle", end: null });
  const own = new StateCell<OwnVoice>({ isMuted: false, isDeaf: false, camera: null, screen: null });
  const streams = new StateCell<readonly RemoteStream[]>([]);
  const speaking = new StateCell<ReadonlySet<UserId>>(new Set());
  const setOwn = (changes: Partial<OwnVoice>): void => {
    own.set({ ...own.get(), ...changes });
    tellOwn(own.get());
  };
  const call: VoiceClient = {
    state,
    own,
    streams,
    speaking,
    quality: new StateCell(quality[scene.quality]),
    prepare: () => undefined,
    join: (channelId) => {
      state.set(scene.call.kind === "connected" ? { ...scene.call, channelId } : scene.call);
      if (scene.call.kind === "idle") return Promise.resolve();
      streams.set(listStreams(scene.states.filter((one) => one.channelId === channelId)));
      speaking.set(new Set(scene.speaking.map(getUserId)));
      return Promise.resolve();
    },
    leave: () => {
      state.set({ kind: "idle", end: null });
      streams.set([]);
      speaking.set(new Set());
      return Promise.resolve();
    },
    setMicrophone: () => undefined,
    setSelfMute: (isMuted) => setOwn({ isMuted }),
    setSelfDeaf: (isDeaf) => setOwn({ isDeaf, isMuted: isDeaf }),
    showCamera: (camera) => Promise.resolve(setOwn({ camera })),
    showScreen: ({ video }) => Promise.resolve(setOwn({ screen: video })),
    stopVideo: (source) => setOwn(source === "camera" ? { camera: null } : { screen: null }),
    watch: () => undefined,
    close: () => undefined,
  };
  return call;
};

/** As a voice moves it: louder and softer about the threshold. */
const createLevel = () => {
  const level = new StateCell<MicrophoneLevel>({ dbfs: -24, isOpen: true });
  const tick = (at: number): void => {
    const dbfs = -38 + 16 * Math.sin(at / 700) + 5 * Math.sin(at / 130);
    level.set({ dbfs, isOpen: dbfs > -30 });
  };
  const timer = setInterval(() => tick(Date.now()), 50);
  return { level, stop: () => clearInterval(timer) };
};

export const createFakeEngine = (scene: Scene, server: Pick<FakeServer, "tell">): VoiceEngine => {
  const stored = new StateCell(settings);
  const volumes = new Map<UserId, number>();
  const call = createCall(scene, ({ isMuted, isDeaf, camera, screen }) => {
    const state = scene.states.find(({ userId }) => userId === me.id);
    const changes = {
      selfMute: isMuted,
      selfDeaf: isDeaf,
      camera: camera !== null,
      screen: screen !== null,
    };
    if (state) server.tell({ t: "VOICE_STATE_UPDATE", d: { ...state, ...changes } });
  });
  const { own } = call;
  const { level, stop } = createLevel();
  return {
    call,
    settings: stored,
    devices: new StateCell(devices),
    microphone: new StateCell(scene.microphone),
    level,
    isSoundBlocked: new StateCell(scene.isSoundBlocked),
    prepare: () => undefined,
    join: (channelId) => call.join(channelId),
    leave: () => call.leave(),
    toggleMute: () => call.setSelfMute(!own.get().isMuted),
    toggleDeaf: () => call.setSelfDeaf(!own.get().isDeaf),
    startCamera: () => call.showCamera(paintCamera("You")),
    startScreen: () => call.showScreen({ video: paintScreen(), audio: null }),
    stopVideo: (source) => call.stopVideo(source),
    updateSettings: (changes) => stored.set({ ...stored.get(), ...changes }),
    retryMicrophone: () => Promise.resolve(),
    resumeSound: () => Promise.resolve(),
    testMicrophone: () => Promise.resolve(() => undefined),
    testLoudspeaker: () => Promise.resolve(),
    getVolume: (userId) => volumes.get(userId) ?? 1,
    setVolume: (userId, volume) => void volumes.set(userId, volume),
    close: () => {
      stop();
      call.close();
    },
  };
};
