/** Voice for programs in a browser: signalling and the WebRTC engine. An entry of its own, so that bots do without. */
export { createVoiceClient, type VoiceClientOptions } from "./create-voice-client.ts";
export type {
  OwnVoice,
  RemoteStream,
  VoiceCallState,
  VoiceClient,
  VoiceEnd,
  VoiceQuality,
  WatchedVideo,
} from "./voice-client.ts";
