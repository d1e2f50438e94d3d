/** Participants at the wire: their RTP goes over UDP on 127.0.0.1 into the worker, and is seen where it comes out. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { types } from "mediasoup";
import type { CreateTransport } from "#server/voice/sfu/transports.ts";
import { TransportId } from "#shared/ids.ts";
import { noDescription, rtpPacket } from "./direct-media.ts";

const host = "127.0.0.1";
const listenInfo = { protocol: "udp", ip: host } as const;
/** So that nothing is lost while this process is at something else. */
const receiveBufferBytes = 4_000_000;
/** RTCP's packet types stand where RTP has its marker and payload type (RFC 5761). */
const isRtcp = (packet: Buffer): boolean => packet.readUInt8(1) >= 192 && packet.readUInt8(1) <= 223;

/** Where a participant's packets are sent to. */
export const openInlet = (router: types.Router): Promise<types.PlainTransport> =>
  router.createPlainTransport({ listenInfo, comedia: true });

/** Sends to nobody until it is connected to an ear's port. */
export const openOutlet = (router: types.Router): Promise<types.PlainTransport> =>
  router.createPlainTransport({ listenInfo });

export const pointTo = (outlet: types.PlainTransport, port: number): Promise<void> =>
  outlet.connect({ ip: host, port });

/** Make the SFU with its `createTransport`: plain transports stand in the place of WebRTC's, and all else is as it is. */
export class WireMedia {
  /** Of all participants, and so of those who have left. */
  readonly inlets: types.PlainTransport[] = [];
  readonly #transports = new Map<TransportId, types.PlainTransport>();

  readonly createTransport: CreateTransport = async ({ router, direction }) => {
    const media = direction === "send" ? await openInlet(router) : await openOutlet(router);
    const id = TransportId.parse(media.id);
    this.#transports.set(id, media);
    if (direction === "send") this.inlets.push(media);
    media.observer.once("close", () => this.#transports.delete(id));
    return {
      description: { id, ...noDescription },
      media,
      connect: async () => undefined,
      restartIce: async () => noDescription.iceParameters,
    };
  };

  inletPort(sendTransport: { id: TransportId }): number {
    return this.#require(sendTransport).tuple.localPort;
  }

  async pointTo(receiveTransport: { id: TransportId }, port: number): Promise<void> {
    await pointTo(this.#require(receiveTransport), port);
  }

  #require({ id }: { id: TransportId }): types.PlainTransport {
    const transport = this.#transports.get(id);
    if (!transport) throw new Error("no such transport");
    return transport;
  }
}

/** An RTP packet as it arrives. */
export interface Arrival {
  ssrc: number;
  payload: Buffer;
  /** By `performance.now()`. */
  atMs: number;
}

/** Where packets arrive. */
export class Ear implements Disposable {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(onArrival: (arrival: Arrival) => void): Promise<Ear> {
    const socket = createSocket({ type: "udp4", recvBufferSize: receiveBufferBytes });
    socket.on("message", (packet) => {
      if (isRtcp(packet)) return;
      const atMs = performance.now();
      onArrival({ ssrc: packet.readUInt32BE(8), payload: payloadOf(packet), atMs });
    });
    socket.bind(0, host);
    await once(socket, "listening");
    return new Ear(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

const payloadOf = (packet: Buffer): Buffer => {
  const hasExtension = (packet.readUInt8(0) & 0x10) !== 0;
  return packet.subarray(hasExtension ? 16 + packet.readUInt16BE(14) * 4 : 12);
};

/** Where somebody's packets go in. */
export interface Inlet {
  port: number;
  ssrc: number;
}

/** As `opusParameters` has it. */
const payloadType = 111;
const packetMs = 20;
/** 20 ms of Opus at about 32 kbit/s. */
const payloadBytes = 80;
/** What `Mouth` sends for each 20 ms of somebody's talk. */
export const spokenPacketBytes = 20 + payloadBytes;

export interface Talk {
  inlets: readonly Inlet[];
  /** From -127 to 0. */
  levelDbov: (inlet: Inlet) => number;
}

/** Speaks as microphones do, a packet every 20 ms. The time of sending, by `performance.now()`, leads each payload. */
export class Mouth implements Disposable {
  readonly #socket = createSocket("udp4");
  readonly #sequenceNumbers = new Map<Inlet, number>();
  #isClosed = false;

  /** Speaks through all inlets, each at its own moment of every 20 ms, until it is aborted. Resolves with the packets sent. */
  async speak({ inlets, levelDbov }: Talk, until: AbortSignal): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const startMs = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startMs) / packetMs) * inlets.length);
      for (; sent < due && !this.#isClosed; sent += 1) {
        const inlet = inlets[sent % inlets.length];
        if (inlet) this.#send(inlet, levelDbov(inlet));
      }
      if (!until.aborted && !this.#isClosed) return;
      clearInterval(timer);
      resolve();
    }, 1);
    await promise;
    return sent;
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#socket.close();
  }

  #send(inlet: Inlet, levelDbov: number): void {
    const sequenceNumber = (this.#sequenceNumbers.get(inlet) ?? 0) + 1;
    this.#sequenceNumbers.set(inlet, sequenceNumber);
    const { ssrc, port } = inlet;
    const payload = Buffer.alloc(payloadBytes);
    payload.writeDoubleBE(performance.now());
    this.#socket.send(rtpPacket({ sequenceNumber, ssrc, payloadType, levelDbov, payload }), port, host);
  }
}

/** When the packet was sent, by `performance.now()` of the process that did. */
export const sentAtMs = ({ payload }: Arrival): number => payload.readDoubleBE(0);
