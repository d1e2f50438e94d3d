/** Puts together what the screens see of voice. The heavy part, the microphone's graph, is fetched when it is first opened. */
import type { TogetherClient } from "#sdk/index.ts";
import type { VoiceCallState, VoiceClient } from "#sdk/voice/index.ts";
import { createDeviceList, type DeviceList, resolveDevice } from "./audio-devices.ts";
import { AudioOutput, canChooseLoudspeaker } from "./audio-output.ts";
import { findCallSound, findOwnSound } from "./call-sounds.ts";
import { openCamera, openMicrophone, openScreen } from "./capture.ts";
import { watchCompanions } from "./companions.ts";
import type { VoiceEngine } from "./engine.ts";
import { controlGate } from "./gate-control.ts";
import { loopBack } from "./loop-back.ts";
import { Loudspeaker } from "./loudspeaker.ts";
import { createMemberVolumes } from "./member-volumes.ts";
import { Microphone } from "./microphone.ts";
import { playSound, type SoundName } from "./sounds.ts";
import { listenToTalkKey } from "./talk-key.ts";
import { VideoShare } from "./video-share.ts";
import { createVoiceSettings, type StoredVoiceSettings } from "./voice-settings.ts";

export interface VoiceEngineOptions {
  call: VoiceClient;
  client: TogetherClient;
}

/** Whether the call can use a microphone, as far as is known. */
const wantsMicrophone = (state: VoiceCallState): boolean =>
  state.kind === "connected" ? state.rights.canSpeak : state.kind !== "idle";

const loadMicrophoneGraph = () => import("./microphone-graph.ts");

/** Opens the microphone with each call that can use it, and keeps the loudspeaker awake in all of them. */
const followCall = (call: VoiceClient, microphone: Microphone, output: AudioOutput): (() => void) => {
  const held: { microphone?: () => void; output?: () => void } = {};
  const keep = (part: keyof typeof held, isWanted: boolean, hold: () => () => void): void => {
    if (isWanted) held[part] ??= hold();
    else held[part]?.();
    if (!isWanted) delete held[part];
  };
  const follow = (): void => {
    const state = call.state.get();
    keep("microphone", wantsMicrophone(state), () => microphone.hold());
    keep("output", state.kind !== "idle", () => output.hold().letGo);
  };
  const stops = [
    call.state.subscribe(follow),
    microphone.graph.subscribe((graph) => call.setMicrophone(graph?.getTrack() ?? null)),
    // The click that lets sound out lets it in as well.
    output.isBlocked.subscribe(() => microphone.graph.get()?.resume()),
  ];
  follow();
  return () => {
    for (const stop of [...stops, held.microphone, held.output]) stop?.();
  };
};

/** Tells by sounds of one's own coming, going and switches, and of the others in the same channel. */
const followSounds = (
  { call, client }: VoiceEngineOptions,
  play: (name: SoundName) => void,
): (() => void) => {
  let state = call.state.get();
  let own = call.own.get();
  const stops = [
    call.state.subscribe((next) => {
      const sound = findCallSound(state, next);
      state = next;
      if (sound) play(sound);
    }),
    call.own.subscribe((next) => {
      const sound = findOwnSound(own, next);
      own = next;
      if (sound) play(sound);
    }),
    watchCompanions({
      events: client.events,
      streams: call.streams,
      findChannel: () => (state.kind === "idle" ? null : state.channelId),
      findUser: () => {
        const session = client.session.state.get();
        return session.kind === "signed-in" ? session.user.id : null;
      },
      onChange: play,
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
};

const followLoudspeaker = (
  settings: StoredVoiceSettings,
  devices: DeviceList,
  output: AudioOutput,
): (() => void) => {
  const follow = (): void => {
    const { loudspeakers } = devices.state.get();
    void output.setDevice(resolveDevice(settings.state.get().loudspeakerId, loudspeakers));
  };
  const stops = [settings.state.subscribe(follow), devices.state.subscribe(follow)];
  follow();
  return () => {
    for (const stop of stops) stop();
  };
};

const createParts = ({ call }: VoiceEngineOptions) => {
  const settings = createVoiceSettings();
  const devices = createDeviceList({
    // Undefined on a page without HTTPS, whatever the types say.
    source: "mediaDevices" in navigator ? navigator.mediaDevices : undefined,
    canChooseLoudspeaker: canChooseLoudspeaker(),
  });
  const output = new AudioOutput();
  const volumes = createMemberVolumes();
  const microphone = new Microphone({
    settings: settings.state,
    devices,
    openInput: openMicrophone,
    createGraph: async (onReport) => {
      const { createMicrophoneGraph } = await loadMicrophoneGraph();
      return createMicrophoneGraph(onReport);
    },
  });
  const loudspeaker = new Loudspeaker({
    output,
    volumes,
    streams: call.streams,
    own: call.own,
    settings: settings.state,
  });
  const video = new VideoShare({ call, settings: settings.state, devices, openCamera, openScreen });
  return { settings, devices, output, volumes, microphone, loudspeaker, video };
};

/** Takes over the call, and closes it with itself. It makes no sound and opens no device until it is asked to. */
export const createVoiceEngine = (options: VoiceEngineOptions): VoiceEngine => {
  const { call } = options;
  const { settings, devices, output, volumes, microphone, loudspeaker, video } = createParts(options);
  const play = (name: SoundName): Promise<void> =>
    playSound(output, name, settings.state.get().loudspeakerVolume);
  const stops = [
    controlGate({
      settings: settings.state,
      microphone: microphone.graph,
      isOn: () => microphone.graph.get() !== null,
      setRule: (rule) => microphone.setRule(rule),
      listen: listenToTalkKey,
    }),
    followCall(call, microphone, output),
    followLoudspeaker(settings, devices, output),
    followSounds(options, (name) => {
      if (settings.state.get().hasSounds) void play(name);
    }),
  ];

  const toggleMute = (): void => {
    const { isMuted, isDeaf } = call.own.get();
    // Who wants to speak wants to hear.
    if (isDeaf) call.setSelfDeaf(false);
    call.setSelfMute(!isMuted);
  };
  const testMicrophone: VoiceEngine["testMicrophone"] = async ({ canHear }) => {
    const letGo = microphone.hold();
    const stopLoop = canHear ? loopBack(microphone.graph, output) : undefined;
    await microphone.bring();
    return () => {
      stopLoop?.();
      letGo();
    };
  };
  const close = (): void => {
    for (const stop of stops) stop();
    call.close();
    for (const part of [video, loudspeaker, microphone, output, devices, settings]) part.close();
  };

  return {
    call,
    settings: settings.state,
    devices: devices.state,
    microphone: microphone.state,
    level: microphone.level,
    isSoundBlocked: output.isBlocked,
    prepare: () => {
      call.prepare();
      loadMicrophoneGraph().catch(() => undefined);
    },
    join: async (channelId) => {
      // Both now, in the click that browsers want to see; the call itself waits for neither.
      const letGo = [microphone.hold(), output.hold().letGo];
      try {
        await call.join(channelId);
      } finally {
        for (const end of letGo) end();
      }
    },
    leave: () => call.leave(),
    toggleMute,
    toggleDeaf: () => call.setSelfDeaf(!call.own.get().isDeaf),
    startCamera: () => video.startCamera(),
    startScreen: () => video.startScreen(),
    stopVideo: (source) => video.stop(source),
    updateSettings: settings.update,
    retryMicrophone: () => microphone.retry(),
    resumeSound: async () => {
      microphone.graph.get()?.resume();
      await output.resume();
    },
    testMicrophone,
    testLoudspeaker: () => play("test"),
    getVolume: volumes.get,
    setVolume: (userId, volume) => {
      volumes.set(userId, volume);
      loudspeaker.followVolumes();
    },
    close,
  };
};
