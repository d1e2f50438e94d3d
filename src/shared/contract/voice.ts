import { z } from "zod";
import {
  ChannelId,
  ConsumerId,
  ProducerId,
  type ServerId,
  TransportId,
  UserId,
  VoiceSessionId,
} from "../ids.ts";
import { limits } from "../limits.ts";
import type { Time } from "./common.ts";
import {
  DtlsParameters,
  type IceCandidate,
  type IceParameters,
  type IceServer,
  type MediaKind,
  RtpCapabilities,
  RtpParameters,
} from "./rtp.ts";

/** One member's place in voice, as everyone who sees the channel is told. */
export interface VoiceState {
  userId: UserId;
  channelId: ChannelId;
  serverId: ServerId;
  selfMute: boolean;
  selfDeaf: boolean;
  serverMute: boolean;
  serverDeaf: boolean;
  /** Shows their camera. */
  camera: boolean;
  /** Shows their screen. */
  screen: boolean;
  joinedAt: Time;
}

/** What a producer's media comes from. At most one of each for a member. */
export const VoiceSource = z.enum(["microphone", "camera", "screen", "screen-audio"]);
export type VoiceSource = z.infer<typeof VoiceSource>;

export const kindOfSource: Record<VoiceSource, MediaKind> = {
  microphone: "audio",
  camera: "video",
  screen: "video",
  "screen-audio": "audio",
};

export const JoinVoice = z.object({
  channelId: ChannelId,
  rtpCapabilities: RtpCapabilities,
  selfMute: z.boolean().default(false),
  selfDeaf: z.boolean().default(false),
});
export type JoinVoice = z.infer<typeof JoinVoice>;

export const ConnectTransport = z.object({ transportId: TransportId, dtlsParameters: DtlsParameters });
export type ConnectTransport = z.infer<typeof ConnectTransport>;
export const TransportById = z.object({ transportId: TransportId });

/** The SFU does not look whether a codec is of the kind: without this a picture could pass for a voice, and past STREAM. */
export const Produce = z
  .object({ transportId: TransportId, source: VoiceSource, rtpParameters: RtpParameters })
  .refine(
    ({ source, rtpParameters }) =>
      rtpParameters.codecs.every(({ mimeType }) =>
        mimeType.toLowerCase().startsWith(`${kindOfSource[source]}/`),
      ),
    { path: ["rtpParameters", "codecs"], message: "must be of the source’s kind" },
  );
export type Produce = z.infer<typeof Produce>;
export const ProducerById = z.object({ producerId: ProducerId });

/** Four of each other participant at most. */
const maxConsumers = limits.voice.maxParticipants * 4;
export const ConsumersById = z.object({ consumerIds: z.array(ConsumerId).min(1).max(maxConsumers) });

export const SetConsumerLayers = z.object({
  consumerId: ConsumerId,
  /** 0 is the smallest picture. */
  spatialLayer: z.int().min(0).max(2),
});
export type SetConsumerLayers = z.infer<typeof SetConsumerLayers>;

export const SetVoiceState = z.object({ selfMute: z.boolean().optional(), selfDeaf: z.boolean().optional() });
export type SetVoiceState = z.infer<typeof SetVoiceState>;

export const VoiceSessionById = z.object({ voiceSessionId: VoiceSessionId });
/** Named, only that session is left: a device that was displaced must not end the call on the other one. */
export const LeaveVoice = z.object({ voiceSessionId: VoiceSessionId.optional() });
export type LeaveVoice = z.infer<typeof LeaveVoice>;

export const ModerateVoice = z.object({
  /** Where the member is. */
  channelId: ChannelId,
  userId: UserId,
  serverMute: z.boolean().optional(),
  serverDeaf: z.boolean().optional(),
  moveTo: ChannelId.optional(),
  disconnect: z.boolean().optional(),
});
export type ModerateVoice = z.infer<typeof ModerateVoice>;

/** What a client makes one of its two transports from. */
export interface VoiceTransport {
  id: TransportId;
  iceParameters: IceParameters;
  iceCandidates: IceCandidate[];
  dtlsParameters: DtlsParameters;
}

/**
 * What a client tries, to find out what reaches the server (VO16): one transport on each of its workers, in the order of
 * their ports. They answer whoever knows their credentials, and carry nothing.
 */
export interface VoiceProbe {
  /** As for a call. */
  iceServers: IceServer[];
  transports: Omit<VoiceTransport, "id">[];
  /** VOICE_ANNOUNCED_ADDRESS: where people outside are sent to. Null: the machine's own addresses alone are offered. */
  announcedAddress: string | null;
  /** Then nothing answers any more. */
  expiresInMs: number;
}

/** Somebody's media on its way to one participant. It begins paused, until it is resumed. */
export interface VoiceConsumer {
  id: ConsumerId;
  producerId: ProducerId;
  userId: UserId;
  source: VoiceSource;
  kind: MediaKind;
  rtpParameters: RtpParameters;
}

/** What the channel's permissions allow the participant now. */
export interface VoiceRights {
  /** SPEAK: the microphone. */
  canSpeak: boolean;
  /** STREAM: camera and screen. */
  canStream: boolean;
}

export interface VoiceJoined {
  voiceSessionId: VoiceSessionId;
  channelId: ChannelId;
  /** STUN and TURN, with credentials of the caller's own; mostly none. */
  iceServers: IceServer[];
  sendTransport: VoiceTransport;
  receiveTransport: VoiceTransport;
  consumers: VoiceConsumer[];
  rights: VoiceRights;
}

/** What a participant has now, to compare with after a gap in the event stream. */
export interface VoiceSync {
  consumers: VoiceConsumer[];
  /** Those that the server still has. */
  producerIds: ProducerId[];
  rights: VoiceRights;
}

/** Why a participant is to join again by itself: a moderator moved them, or the room was rebuilt after a fault. */
export type VoiceRejoinCause = "moved" | "rebuilt";

/**
 * Why a session ended at the server's side. "elsewhere": joined on another device; "removed": disconnected by a moderator;
 * "rights": may no longer be there; "lost": not heard of for too long; "unavailable": voice is off.
 */
export type VoiceEndCause = "elsewhere" | "removed" | "rights" | "lost" | "unavailable" | "left";
