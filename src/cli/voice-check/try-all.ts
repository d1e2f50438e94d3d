/** Tries every way to a server's voice at once, as the browser of a caller would. */
import { randomBytes } from "node:crypto";
import { listPaths, type TriedPath, type TriedRelay, type VoicePath } from "#sdk/voice-check/index.ts";
import type { IceParameters } from "#shared/contract/rtp.ts";
import type { VoiceProbe } from "#shared/contract/voice.ts";
import { type Knock, knockByTcp, knockByUdp, type KnockResult } from "./knock.ts";
import { encodeBindingRequest, encodePlainRequest, isBindingSuccess, transactionIdBytes } from "./stun.ts";

/** mediasoup answers nobody who does not know the transport's credentials. */
const iceKnock = ({ usernameFragment, password }: IceParameters): Knock => {
  const transactionId = randomBytes(transactionIdBytes);
  const username = `${usernameFragment}:${randomBytes(4).toString("hex")}`;
  return {
    request: encodeBindingRequest({ transactionId, username, password, tieBreaker: randomBytes(8) }),
    isAnswer: (message) => isBindingSuccess(message, { transactionId, password }),
  };
};

const tryPath = async (path: VoicePath, { transports }: VoiceProbe): Promise<TriedPath> => {
  const transport = transports[path.worker];
  if (!transport) throw new Error(`the probe has no worker ${path.worker}`);
  const knock = iceKnock(transport.iceParameters);
  const result = await (path.protocol === "udp" ? knockByUdp(path, knock) : knockByTcp(path, knock));
  return { ...path, ...result };
};

/** `turn:turn.example.org:3478?transport=udp` */
const relayUrl =
  /^(?<scheme>turns?|stun):(?<host>\[[^\]]+\]|[^:?]+)(?::(?<port>\d+))?(?:\?transport=(?<transport>udp|tcp))?$/i;
const defaultPort = 3_478;
const defaultTlsPort = 5_349;

const knockAtRelay = (url: string): Promise<KnockResult> => {
  const { scheme = "", host = "", port, transport } = relayUrl.exec(url)?.groups ?? {};
  const isEncrypted = scheme.toLowerCase() === "turns";
  const transactionId = randomBytes(transactionIdBytes);
  const knock: Knock = {
    request: encodePlainRequest(transactionId),
    isAnswer: (message) => isBindingSuccess(message, { transactionId }),
  };
  const door = {
    address: host.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port ?? (isEncrypted ? defaultTlsPort : defaultPort)),
  };
  const isStream = isEncrypted || transport?.toLowerCase() === "tcp";
  return isStream ? knockByTcp(door, knock, { isFramed: false, isEncrypted }) : knockByUdp(door, knock);
};

const tryRelay = async (url: string): Promise<TriedRelay> => {
  const { outcome } = await knockAtRelay(url);
  return { url, isReached: outcome === "reached" };
};

export const tryAll = async (probe: VoiceProbe): Promise<{ paths: TriedPath[]; relays: TriedRelay[] }> => {
  const urls = probe.iceServers.flatMap((server) => server.urls);
  const [paths, relays] = await Promise.all([
    Promise.all(listPaths(probe).map((path) => tryPath(path, probe))),
    Promise.all(urls.map(tryRelay)),
  ]);
  return { paths, relays };
};
