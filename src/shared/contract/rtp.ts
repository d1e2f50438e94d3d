/**
 * What a WebRTC client and the server's SFU tell each other, as mediasoup and mediasoup-client name it. Whatever comes from a
 * client is parsed by these: every list, string and number is bounded, since the SFU's own parser looks at form alone.
 */
import { z } from "zod";

export const MediaKind = z.enum(["audio", "video"]);
export type MediaKind = z.infer<typeof MediaKind>;

/** Longer than any name that a browser sends. */
const Name = z.string().min(1).max(128);
const Uint32 = z.int().min(0).max(0xffff_ffff);
const PayloadType = z.int().min(0).max(127);
/** Of header extensions: 1 to 14 in one byte, up to 255 in two. */
const ExtensionId = z.int().min(1).max(255);

/** A codec's own parameters (`useinbandfec`, `packetization-mode`): flat, and few. */
const CodecSettings = z
  .record(z.string().max(64), z.union([z.string().max(512), z.number()]))
  .refine((settings) => Object.keys(settings).length <= 32, "too many parameters");

const RtcpFeedback = z.object({ type: Name, parameter: z.string().max(64).exactOptional() });
const Feedbacks = z.array(RtcpFeedback).max(16).exactOptional();

const codec = {
  mimeType: z.string().max(64),
  clockRate: z.int().min(1).max(1_000_000),
  channels: z.int().min(1).max(8).exactOptional(),
  parameters: CodecSettings.exactOptional(),
  rtcpFeedback: Feedbacks,
};

const Direction = z.enum(["sendrecv", "sendonly", "recvonly", "inactive"]);

/** What an end can receive. A browser lists about 30 codecs and 30 extensions. */
export const RtpCapabilities = z.object({
  codecs: z
    .array(z.object({ kind: MediaKind, preferredPayloadType: PayloadType, ...codec }))
    .max(100)
    .exactOptional(),
  headerExtensions: z
    .array(
      z.object({
        kind: MediaKind,
        uri: z.string().max(256),
        preferredId: ExtensionId,
        preferredEncrypt: z.boolean().exactOptional(),
        direction: Direction.exactOptional(),
      }),
    )
    .max(100)
    .exactOptional(),
});
export type RtpCapabilities = z.infer<typeof RtpCapabilities>;

const Encoding = z.object({
  ssrc: Uint32.exactOptional(),
  rid: z.string().max(16).exactOptional(),
  codecPayloadType: PayloadType.exactOptional(),
  rtx: z.object({ ssrc: Uint32 }).exactOptional(),
  dtx: z.boolean().exactOptional(),
  scalabilityMode: z.string().max(16).exactOptional(),
  scaleResolutionDownBy: z.number().min(1).max(64).exactOptional(),
  maxBitrate: Uint32.exactOptional(),
  maxFramerate: z.number().min(0).max(240).exactOptional(),
  active: z.boolean().exactOptional(),
  adaptivePtime: z.boolean().exactOptional(),
});

/** What a producer sends, or a consumer is sent. */
export const RtpParameters = z.object({
  mid: z.string().max(64).exactOptional(),
  msid: z.string().max(256).exactOptional(),
  codecs: z
    .array(z.object({ payloadType: PayloadType, ...codec }))
    .min(1)
    .max(16),
  headerExtensions: z
    .array(
      z.object({
        uri: z.string().max(256),
        id: ExtensionId,
        encrypt: z.boolean().exactOptional(),
        parameters: CodecSettings.exactOptional(),
      }),
    )
    .max(32)
    .exactOptional(),
  /** One, or one for each layer of a simulcast. */
  encodings: z.array(Encoding).min(1).max(3).exactOptional(),
  rtcp: z
    .object({ cname: z.string().max(256).exactOptional(), reducedSize: z.boolean().exactOptional() })
    .exactOptional(),
});
export type RtpParameters = z.infer<typeof RtpParameters>;

export const DtlsParameters = z.object({
  role: z.enum(["auto", "client", "server"]).exactOptional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(["sha-1", "sha-224", "sha-256", "sha-384", "sha-512"]),
        value: z
          .string()
          .max(256)
          .regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2})+$/),
      }),
    )
    .min(1)
    .max(8),
});
export type DtlsParameters = z.infer<typeof DtlsParameters>;

export interface IceParameters {
  usernameFragment: string;
  password: string;
  iceLite?: boolean;
}

export interface IceCandidate {
  foundation: string;
  priority: number;
  address: string;
  ip: string;
  port: number;
  protocol: "udp" | "tcp";
  type: "host";
  tcpType?: "passive";
}

export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}
