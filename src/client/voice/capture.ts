/** Asks the browser for a microphone, a camera or a screen. */
import type { MicrophoneInput } from "./microphone-graph.ts";
import { isChoiceCancelled, isDeviceGone, requireMediaDevices } from "./media-problem.ts";

export interface MicrophoneWish {
  /** Null: the system's choice. */
  deviceId: string | null;
  hasEchoCancellation: boolean;
  hasAutoGain: boolean;
}

/** The chosen device, or the system's where that is gone by now. */
const ask = async (kind: "audio" | "video", wish: MediaTrackConstraints, deviceId: string | null) => {
  const devices = requireMediaDevices();
  if (deviceId === null) return devices.getUserMedia({ [kind]: wish });
  try {
    return await devices.getUserMedia({ [kind]: { ...wish, deviceId: { exact: deviceId } } });
  } catch (error) {
    if (!isDeviceGone(error)) throw error;
    return devices.getUserMedia({ [kind]: wish });
  }
};

const stopAll = (stream: MediaStream): void => {
  for (const track of stream.getTracks()) track.stop();
};

/** @throws what the browser says; see `toMediaProblem` */
export const openMicrophone = async (wish: MicrophoneWish): Promise<MicrophoneInput> => {
  const constraints: MediaTrackConstraints = {
    channelCount: 1,
    echoCancellation: wish.hasEchoCancellation,
    autoGainControl: wish.hasAutoGain,
    // RNNoise does that, and a voice that is cleaned twice sounds it.
    noiseSuppression: false,
  };
  const stream = await ask("audio", constraints, wish.deviceId);
  const [track] = stream.getAudioTracks();
  if (!track) throw new DOMException("a stream without sound", "NotFoundError");
  return {
    deviceId: track.getSettings().deviceId ?? "",
    label: track.label,
    connect: (context) => context.createMediaStreamSource(stream),
    onEnded: (listener) => track.addEventListener("ended", listener, { once: true }),
    stop: () => stopAll(stream),
  };
};

/** @throws what the browser says; see `toMediaProblem` */
export const openCamera = async (deviceId: string | null): Promise<MediaStreamTrack> => {
  const wish: MediaTrackConstraints = {
    width: { ideal: 1_280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30, max: 30 },
  };
  const [track] = (await ask("video", wish, deviceId)).getVideoTracks();
  if (!track) throw new DOMException("a stream without a picture", "NotFoundError");
  return track;
};

export interface ScreenTracks {
  video: MediaStreamTrack;
  /** Null where the browser, or the person, shares none. */
  audio: MediaStreamTrack | null;
}

/** What browsers know beyond the types at hand; the others pass over it. */
interface ScreenAudioConstraints extends MediaTrackConstraints {
  /** Without the call's own sound, which the others would hear come back. */
  restrictOwnAudio: boolean;
  suppressLocalAudioPlayback: boolean;
}

interface ScreenOptions {
  video: MediaTrackConstraints;
  audio: ScreenAudioConstraints;
  systemAudio: "include";
  surfaceSwitching: "include";
  selfBrowserSurface: "exclude";
}

const screenOptions: ScreenOptions = {
  video: { width: { max: 1_920 }, height: { max: 1_080 }, frameRate: { ideal: 30, max: 30 } },
  // Music and films come as they are: what cleans speech spoils them.
  audio: {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    restrictOwnAudio: true,
    suppressLocalAudioPlayback: false,
  },
  systemAudio: "include",
  surfaceSwitching: "include",
  selfBrowserSurface: "exclude",
};

/** Undefined where the person closed the browser's question. @throws what the browser says; see `toMediaProblem` */
export const openScreen = async (): Promise<ScreenTracks | undefined> => {
  const devices = requireMediaDevices();
  if (!("getDisplayMedia" in devices)) throw new DOMException("no screens here", "NotSupportedError");
  try {
    const stream = await devices.getDisplayMedia(screenOptions);
    const [video] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    if (video) return { video, audio: audio ?? null };
    stopAll(stream);
    throw new DOMException("a stream without a picture", "NotFoundError");
  } catch (error) {
    if (isChoiceCancelled(error)) return undefined;
    throw error;
  }
};
