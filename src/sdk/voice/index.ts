/** Voice for programs in a browser: signalling and the WebRTC engine. An entry of its own, so that bots do without. */
export type {
  OwnVoice,
  RemoteStream,
  VoiceCallState,
  VoiceClient,
  VoiceEnd,
  VoiceQuality,
} from "./voice-client.ts";
