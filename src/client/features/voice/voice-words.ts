/** What happened in voice and what helps, in words. Pure. */
import { failureText } from "#client/features/session/error-text.ts";
import type { MediaProblem } from "#client/voice/engine.ts";
import type { VoiceCallState, VoiceEnd, VoiceQuality } from "#sdk/voice/index.ts";
import type { VoiceEndCause, VoiceState } from "#shared/contract/voice.ts";

export interface Words {
  title: string;
  help: string;
}

type Medium = "microphone" | "camera" | "screen";

const settingsHint = "most often behind the sign beside the address";

const problems: { [M in Medium]: Record<MediaProblem, Words> } = {
  microphone: {
    denied: {
      title: "This browser may not use the microphone",
      help: `Allow it for this site in the browser’s settings, ${settingsHint}.`,
    },
    "no-device": {
      title: "No microphone was found",
      help: "Plug one in, or choose another in the settings.",
    },
    "in-use": {
      title: "Another program holds the microphone",
      help: "Close the call or the recorder that uses it.",
    },
    insecure: {
      title: "The microphone needs a secure connection",
      help: "Browsers allow it only for addresses with https://. Whoever runs this server can set that up.",
    },
    unsupported: {
      title: "This browser has no way to a microphone",
      help: "A newer one has: Firefox, Chrome, Edge or Safari.",
    },
    failed: { title: "The microphone could not be opened", help: "Unplug it and plug it in again." },
  },
  camera: {
    denied: {
      title: "This browser may not use the camera",
      help: `Allow it for this site in the browser’s settings, ${settingsHint}.`,
    },
    "no-device": {
      title: "No camera was found",
      help: "Plug one in, or choose another in the settings.",
    },
    "in-use": {
      title: "Another program holds the camera",
      help: "Close what uses it and try again.",
    },
    insecure: {
      title: "The camera needs a secure connection",
      help: "Browsers allow it only for addresses with https://. Whoever runs this server can set that up.",
    },
    unsupported: {
      title: "This browser has no way to a camera",
      help: "A newer one has: Firefox, Chrome, Edge or Safari.",
    },
    failed: { title: "The camera could not be opened", help: "Unplug it and plug it in again." },
  },
  screen: {
    denied: {
      title: "This browser may not share the screen",
      help: "Allow it for the browser in the computer’s privacy settings.",
    },
    "no-device": { title: "There is nothing to share", help: "Open the window that you want to show." },
    "in-use": { title: "The screen can’t be shared", help: "Another program keeps it from being shown." },
    insecure: {
      title: "Sharing the screen needs a secure connection",
      help: "Browsers allow it only for addresses with https://. Whoever runs this server can set that up.",
    },
    unsupported: {
      title: "This browser can’t share a screen",
      help: "Browsers on a computer can; those of phones can’t.",
    },
    failed: { title: "The screen could not be shared", help: "Try again, or choose a single window." },
  },
};

export const mediaProblemWords = (medium: Medium, problem: MediaProblem): Words => problems[medium][problem];

/** How a call ended that its person did not end; undefined where there is nothing to explain. */
const endedWords: Record<VoiceEndCause, ((channel: string) => Words) | undefined> = {
  left: undefined,
  elsewhere: () => ({
    title: "Voice goes on elsewhere",
    help: "You joined on another device or in another tab, and one place at a time can be in voice.",
  }),
  removed: (channel) => ({
    title: "You were disconnected from voice",
    help: `A moderator disconnected you from ${channel}.`,
  }),
  rights: (channel) => ({
    title: "You can no longer be there",
    help: `${channel} was closed to you, or is gone.`,
  }),
  lost: (channel) => ({
    title: "The call was lost",
    help: `The server heard nothing of you for too long. Join ${channel} again when your connection is back.`,
  }),
  unavailable: () => ({
    title: "Voice is off right now",
    help: "The server can’t carry calls at the moment. Text works on.",
  }),
};

/** @param channel its name, or words for it */
export const voiceEndWords = (end: VoiceEnd, channel: string): Words | undefined => {
  switch (end.kind) {
    case "ended":
      return endedWords[end.cause]?.(channel);
    case "refused":
      return { title: `${channel} could not be joined`, help: failureText(end.failure) };
    case "unreachable":
      return {
        title: "No sound gets through",
        help: "The server answers, but its voice port doesn’t: a firewall on your side or on the server’s keeps it closed. Another network may help; whoever runs the server can check the port.",
      };
    case "unsupported":
      return {
        title: "This browser can’t take part in calls",
        help: "It has no WebRTC, or it is switched off. Firefox, Chrome, Edge and Safari have it.",
      };
    default:
      return end satisfies never;
  }
};

type Reconnecting = Extract<VoiceCallState, { kind: "reconnecting" }>;

const reconnectHelp: Record<Reconnecting["cause"], (channel: string) => string> = {
  network: () => "The connection broke off. It comes back by itself.",
  moved: (channel) => `A moderator moves you to ${channel}.`,
  rebuilt: () => "The server starts the call anew. You are back in a moment.",
};

export const reconnectingText = ({ cause }: Reconnecting, channel: string): string =>
  reconnectHelp[cause](channel);

export const qualityText: Record<VoiceQuality["level"], string> = {
  good: "Good connection",
  fair: "Fair connection",
  poor: "Poor connection",
  unknown: "Connected",
};

/** What others see of somebody in voice, as words in a row: "muted, shares their screen". */
export const describeVoiceState = (state: VoiceState): string[] => {
  const { selfMute, selfDeaf, serverMute, serverDeaf, camera, screen } = state;
  const isMuted = selfMute || selfDeaf;
  return [
    ...(serverMute ? ["muted by a moderator"] : []),
    ...(isMuted && !serverMute ? ["muted"] : []),
    ...(serverDeaf ? ["deafened by a moderator"] : []),
    ...(selfDeaf && !serverDeaf ? ["deafened"] : []),
    ...(camera ? ["shows their camera"] : []),
    ...(screen ? ["shares their screen"] : []),
  ];
};
