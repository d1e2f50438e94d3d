/** Talk for the bench: RTP as microphones send it, and a place where all that is forwarded arrives. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { rtpPacket } from "#tests/support/direct-media.ts";
import type { Inlet } from "./forwarding-sides.ts";

/** 20 ms of Opus at about 32 kbit/s. */
const payloadBytes = 80;
const packetMs = 20;
/** RTCP's packet types, where RTP has its marker and payload type (RFC 5761). */
const isRtcp = (packet: Buffer): boolean => packet.readUInt8(1) >= 192 && packet.readUInt8(1) <= 223;

export class Sink {
  readonly #socket: Socket;
  #packetBytes = 0;
  #delaysMs: number[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (packet) => {
      if (isRtcp(packet)) return;
      this.#packetBytes = packet.length;
      this.#delaysMs.push(performance.now() - packet.readDoubleBE(packet.length - payloadBytes));
    });
  }

  static async open(): Promise<Sink> {
    const socket = createSocket({ type: "udp4", recvBufferSize: 4_000_000 }).bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new Sink(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** All are of one size. */
  get packetBytes(): number {
    return this.#packetBytes;
  }

  /** How long those took that arrived since the last time. */
  take(): number[] {
    const taken = this.#delaysMs;
    this.#delaysMs = [];
    return taken;
  }

  close(): void {
    this.#socket.close();
  }
}

/** Speaks through all inlets for that long, each at its own moment of every 20 ms. */
export class Talk {
  readonly #socket = createSocket("udp4");
  readonly #sequenceNumbers = new Map<Inlet, number>();

  async run(inlets: readonly Inlet[], durationMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const startMs = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const elapsedMs = performance.now() - startMs;
      const due = Math.floor((Math.min(elapsedMs, durationMs) / packetMs) * inlets.length);
      for (; sent < due; sent += 1) this.#send(inlets[sent % inlets.length]);
      if (elapsedMs < durationMs) return;
      clearInterval(timer);
      resolve();
    }, 1);
    await promise;
  }

  close(): void {
    this.#socket.close();
  }

  #send(inlet: Inlet | undefined): void {
    if (!inlet) return;
    const sequenceNumber = (this.#sequenceNumbers.get(inlet) ?? 0) + 1;
    this.#sequenceNumbers.set(inlet, sequenceNumber);
    const payload = Buffer.alloc(payloadBytes);
    payload.writeDoubleBE(performance.now());
    const { ssrc, port } = inlet;
    const packet = rtpPacket({ sequenceNumber, ssrc, payloadType: 111, levelDbov: -20, payload });
    this.#socket.send(packet, port, "127.0.0.1");
  }
}
