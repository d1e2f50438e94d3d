/** The contract's RTP objects in mediasoup-client's types, which name the header extensions one by one. */
import type { types } from "mediasoup-client";
import type { RtpCapabilities, RtpParameters } from "#shared/contract/rtp.ts";

/** A record, so that one that mediasoup-client learns does not compile until it is listed. */
const extensionUris: Record<types.RtpHeaderExtensionUri, true> = {
  "urn:ietf:params:rtp-hdrext:sdes:mid": true,
  "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id": true,
  "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id": true,
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time": true,
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01": true,
  "urn:ietf:params:rtp-hdrext:ssrc-audio-level": true,
  "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension": true,
  "urn:3gpp:video-orientation": true,
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time": true,
  "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay": true,
  "urn:mediasoup:params:rtp-hdrext:packet-id": true,
};

/** An extension that the library does not know is left out: both ends then do without it. */
const isKnown = <T extends { uri: string }>(
  extension: T,
): extension is T & { uri: types.RtpHeaderExtensionUri } => Object.hasOwn(extensionUris, extension.uri);

export const toClientCapabilities = ({
  codecs = [],
  headerExtensions = [],
}: RtpCapabilities): types.RtpCapabilities => ({
  codecs,
  headerExtensions: headerExtensions.filter((extension) => isKnown(extension)),
});

export const toClientParameters = ({
  headerExtensions = [],
  ...parameters
}: RtpParameters): types.RtpParameters => ({
  ...parameters,
  headerExtensions: headerExtensions.filter((extension) => isKnown(extension)),
});
