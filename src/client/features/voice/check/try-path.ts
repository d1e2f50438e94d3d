/** Tries one way to the server as a call would, with a connection of its own that nothing is ever sent through. */
import type { TriedPath, TriedRelay, VoicePath } from "#sdk/voice-check/index.ts";
import type { IceServer } from "#shared/contract/rtp.ts";
import type { VoiceProbe } from "#shared/contract/voice.ts";

import { writeAnswer } from "./answer-sdp.ts";

export type PathResult = Pick<TriedPath, "outcome" | "roundTripMs">;

/** A browser asks for some seconds before it gives up; the call itself would not wait for longer. */
const giveUpAfterMs = 6_000;

const silent: PathResult = { outcome: "silent", roundTripMs: null };

/** An offer of one data channel: it needs no microphone, and no permission. */
const openOffer = async (connection: RTCPeerConnection): Promise<string> => {
  connection.createDataChannel("check");
  const { sdp = "" } = await connection.createOffer();
  await connection.setLocalDescription({ type: "offer", sdp });
  return sdp;
};

const readRoundTrip = async (connection: RTCPeerConnection): Promise<number | null> => {
  const reports: unknown[] = [...(await connection.getStats()).values()];
  const times = reports.flatMap((report) => {
    const seconds: unknown =
      typeof report === "object" && report !== null ? Reflect.get(report, "currentRoundTripTime") : undefined;
    return typeof seconds === "number" ? [seconds * 1_000] : [];
  });
  return times.length > 0 ? Math.min(...times) : null;
};

/** Resolves to whether the event told so in time; a connection that was given up has not. */
const untilTrue = (
  connection: RTCPeerConnection,
  {
    event,
    decide,
    signal,
  }: { event: string; decide: (event: Event) => boolean | undefined; signal: AbortSignal },
): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), giveUpAfterMs);
  signal.addEventListener("abort", () => resolve(false), { once: true });
  connection.addEventListener(event, (happened) => {
    const decided = decide(happened);
    if (decided !== undefined) resolve(decided);
  });
  return promise.finally(() => clearTimeout(timer));
};

const decideByState = ({ iceConnectionState }: RTCPeerConnection): boolean | undefined => {
  if (iceConnectionState === "connected" || iceConnectionState === "completed") return true;
  return iceConnectionState === "failed" ? false : undefined;
};

export const tryPath = async (
  path: VoicePath,
  transport: VoiceProbe["transports"][number],
  signal: AbortSignal,
): Promise<PathResult> => {
  const connection = new RTCPeerConnection();
  try {
    const connected = untilTrue(connection, {
      event: "iceconnectionstatechange",
      decide: () => decideByState(connection),
      signal,
    });
    const offer = await openOffer(connection);
    await connection.setRemoteDescription({ type: "answer", sdp: writeAnswer(offer, transport, path) });
    if (!(await connected)) return silent;
    return { outcome: "reached", roundTripMs: await readRoundTrip(connection) };
  } catch {
    // An address that this browser cannot read is one that it cannot reach.
    return silent;
  } finally {
    connection.close();
  }
};

/** A TURN server that gives out a relay's address, and so takes the credentials, works. */
const decideByCandidate = (event: Event): boolean | undefined => {
  if (!(event instanceof RTCPeerConnectionIceEvent)) return undefined;
  if (event.candidate?.type === "relay") return true;
  return event.candidate === null ? false : undefined;
};

const tryRelay = async (server: RTCIceServer, signal: AbortSignal): Promise<boolean> => {
  const connection = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: "relay" });
  try {
    const found = untilTrue(connection, { event: "icecandidate", decide: decideByCandidate, signal });
    await openOffer(connection);
    return await found;
  } catch {
    return false;
  } finally {
    connection.close();
  }
};

/** Each by itself, since a browser that is given several says only that one of them works. */
export const tryRelays = (servers: readonly IceServer[], signal: AbortSignal): Promise<TriedRelay[]> =>
  Promise.all(
    servers.flatMap(({ urls, ...credentials }) =>
      urls
        .filter((url) => /^turns?:/i.test(url))
        .map(async (url) => ({ url, isReached: await tryRelay({ urls: url, ...credentials }, signal) })),
    ),
  );
