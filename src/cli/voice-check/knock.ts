/** Knocks at one port: sends a STUN request by UDP or TCP, and waits for the answer for as long as a call would. */
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TriedPath } from "#sdk/voice-check/index.ts";

export interface Knock {
  request: Buffer;
  isAnswer: (message: Buffer) => boolean;
}

/** An address or a name, and a port. */
export interface Door {
  address: string;
  port: number;
}

export type KnockResult = Pick<TriedPath, "outcome" | "roundTripMs">;

/** A lost packet is no closed port: three tries, as far apart as STUN has them. */
const sendAfterMs = [0, 500, 1_500];
const giveUpAfterMs = 3_000;

const silent: KnockResult = { outcome: "silent", roundTripMs: null };

const failed = (error: Error): KnockResult =>
  "code" in error && error.code === "ECONNREFUSED" ? { outcome: "refused", roundTripMs: null } : silent;

const reachedSince = (startedMs: number): KnockResult => ({
  outcome: "reached",
  roundTripMs: performance.now() - startedMs,
});

/** An address, by its name where it is one; undefined when nobody knows the name. */
const resolve = async (address: string): Promise<{ address: string; family: number } | undefined> => {
  try {
    return await lookup(address);
  } catch {
    return undefined;
  }
};

export const knockByUdp = async (door: Door, { request, isAnswer }: Knock): Promise<KnockResult> => {
  const at = await resolve(door.address);
  if (!at) return silent;
  const socket = createSocket(at.family === 6 ? "udp6" : "udp4");
  const { promise, resolve: finish } = Promise.withResolvers<KnockResult>();
  let sentMs = performance.now();
  const send = (): void => {
    sentMs = performance.now();
    socket.send(request);
  };
  const timers = [setTimeout(() => finish(silent), giveUpAfterMs)];
  socket.on("message", (message) => isAnswer(message) && finish(reachedSince(sentMs)));
  socket.on("error", (error) => finish(failed(error)));
  socket.on("connect", () => timers.push(...sendAfterMs.map((delayMs) => setTimeout(send, delayMs))));
  // Connected, a socket is told when the other machine says that nothing listens there.
  socket.connect(door.port, at.address);
  try {
    return await promise;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    socket.close();
  }
};

/** RFC 4571: each message behind its length in two bytes. */
const frame = (message: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
};

/** The whole messages in what has come so far. */
const unframe = (bytes: Buffer): Buffer[] => {
  const messages: Buffer[] = [];
  for (let start = 0; start + 2 <= bytes.length;) {
    const end = start + 2 + bytes.readUInt16BE(start);
    if (end > bytes.length) break;
    messages.push(bytes.subarray(start + 2, end));
    start = end;
  }
  return messages;
};

interface Stream {
  /** ICE frames its messages; to a TURN server they go as they are. */
  isFramed: boolean;
  isEncrypted: boolean;
}

const ice: Stream = { isFramed: true, isEncrypted: false };
/** An answer is a tenth of it: whoever says more is something else. */
const maxAnswerBytes = 4_096;

export const knockByTcp = async (
  { address: host, port }: Door,
  { request, isAnswer }: Knock,
  { isFramed, isEncrypted }: Stream = ice,
): Promise<KnockResult> => {
  const socket = isEncrypted ? connectTls({ host, port }) : connect({ host, port });
  const { promise, resolve: finish } = Promise.withResolvers<KnockResult>();
  const timer = setTimeout(() => finish(silent), giveUpAfterMs);
  let sentMs = performance.now();
  let received = Buffer.alloc(0);
  socket.on(isEncrypted ? "secureConnect" : "connect", () => {
    sentMs = performance.now();
    socket.write(isFramed ? frame(request) : request);
  });
  socket.on("data", (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    const messages = isFramed ? unframe(received) : [received];
    if (messages.some(isAnswer)) finish(reachedSince(sentMs));
    else if (received.length > maxAnswerBytes) finish(silent);
  });
  socket.on("error", (error: Error) => finish(failed(error)));
  socket.on("close", () => finish(silent));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
};
