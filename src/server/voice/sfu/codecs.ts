/**
 * What is forwarded, and the way between the contract's parameters and mediasoup's. Every router is made with the same
 * codecs, so that the capabilities are known without one, and clients may keep them.
 */
import { getSupportedRtpCapabilities, ortc, type types } from "mediasoup";
import { RtpCapabilities, RtpParameters } from "#shared/contract/rtp.ts";

/** Where the sender says how loud a packet is (RFC 6464). */
export const levelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/** For video clients take the first that both ends know: VP8 is known to all and has simulcast everywhere. */
export const mediaCodecs: types.RouterRtpCodecCapability[] = [
  {
    kind: "audio",
    mimeType: "audio/opus",
    clockRate: 48_000,
    channels: 2,
    parameters: { useinbandfec: 1, usedtx: 1, minptime: 10 },
  },
  { kind: "video", mimeType: "video/VP8", clockRate: 90_000 },
  // Phones encode it in hardware.
  {
    kind: "video",
    mimeType: "video/H264",
    clockRate: 90_000,
    parameters: { "packetization-mode": 1, "profile-level-id": "42e01f", "level-asymmetry-allowed": 1 },
  },
  // Half the bits for a screen's text.
  { kind: "video", mimeType: "video/VP9", clockRate: 90_000, parameters: { "profile-id": 0 } },
];

/** What every router that is made with these codecs can forward. */
export const routerRtpCapabilities: RtpCapabilities = RtpCapabilities.parse(
  ortc.generateRouterRtpCapabilities(structuredClone(mediaCodecs)),
);

const knownUris: ReadonlySet<string> = new Set(
  getSupportedRtpCapabilities().headerExtensions?.map((extension) => extension.uri),
);
const isKnown = <T extends { uri: string }>(
  extension: T,
): extension is T & { uri: types.RtpHeaderExtensionUri } => knownUris.has(extension.uri);

const forwardedMimeTypes = new Set(
  routerRtpCapabilities.codecs?.map((codec) => codec.mimeType.toLowerCase()),
);

/** The worker refuses header extensions that it does not know, and nobody else would read them. */
export const toMediasoupParameters = ({
  headerExtensions = [],
  ...rest
}: RtpParameters): types.RtpParameters => ({ ...rest, headerExtensions: headerExtensions.filter(isKnown) });

/**
 * A participant's, cut down to what can matter here: a browser lists ten times as much, and mediasoup copies all of it
 * whenever something is consumed.
 */
export const toMediasoupCapabilities = (rtpCapabilities: RtpCapabilities): types.RtpCapabilities => {
  const known = translated.get(rtpCapabilities);
  if (known) return known;
  const { codecs = [], headerExtensions = [] } = rtpCapabilities;
  const capabilities = {
    codecs: codecs.filter((codec) => forwardedMimeTypes.has(codec.mimeType.toLowerCase())),
    headerExtensions: headerExtensions.filter(isKnown),
  };
  translated.set(rtpCapabilities, capabilities);
  return capabilities;
};
/** One participant's are asked for as often as there are others. */
const translated = new WeakMap<RtpCapabilities, types.RtpCapabilities>();

export const toContractParameters = (rtpParameters: types.RtpParameters): RtpParameters => {
  // As it will be on the wire: without the keys that mediasoup leaves undefined.
  const plain: unknown = JSON.parse(JSON.stringify(rtpParameters));
  return RtpParameters.parse(plain);
};
