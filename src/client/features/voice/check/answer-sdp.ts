import type { VoicePath } from "#sdk/voice-check/index.ts";
import type { VoiceProbe } from "#shared/contract/voice.ts";

type ProbedTransport = VoiceProbe["transports"][number];

/** A host candidate's, as every end computes it; there is only the one to choose. */
const hostPriority = 2_130_706_431;

const candidateLine = ({ protocol, address, port }: VoicePath): string => {
  const kind = protocol === "tcp" ? "typ host tcptype passive" : "typ host";
  return `a=candidate:1 1 ${protocol} ${hostPriority} ${address} ${port} ${kind}`;
};

/**
 * The server's answer to the offer of a data channel, written by hand: that it is reached by this one path and no other.
 * The server would begin the handshake, and never does, so that nothing follows once the path is found.
 */
export const writeAnswer = (offer: string, transport: ProbedTransport, path: VoicePath): string => {
  const { iceParameters, dtlsParameters } = transport;
  const mid = /^a=mid:(.+)$/m.exec(offer)?.[1]?.trim() ?? "0";
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === "sha-256");
  return [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=ice-lite",
    `a=group:BUNDLE ${mid}`,
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    `a=mid:${mid}`,
    "a=setup:active",
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value ?? ""}`,
    "a=sctp-port:5000",
    candidateLine(path),
    "a=end-of-candidates",
    "",
  ].join("\r\n");
};
