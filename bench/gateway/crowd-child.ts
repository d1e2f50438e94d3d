/**
 * Many clients in one process, so cheap that the server is what limits: plain sockets that speak as much of WebSocket as it
 * takes to open one, to answer pings and to count messages.
 */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { answer, nowMs } from "./asking.ts";

export const Opening = z.object({
  sockets: z.number(),
  port: z.number(),
  path: z.string(),
  opening: z.array(z.string()),
  leadMessages: z.number(),
});

/** A client's frames are masked; with zeros they stay as they are. */
const clientFrame = (firstByte: number, text: string): Buffer => {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.set([firstByte, 0x80 | 126]);
  header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
};

const textFrame = 0x81;
const pingFrame = 0x89;
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

const headerLengthOf = (header: Buffer): number => {
  if (header.length < 2) return 2;
  const length = header.readUInt8(1);
  if (length === 126) return 4;
  return length === 127 ? 10 : 2;
};

const payloadLengthOf = (header: Buffer): number => {
  const length = header.readUInt8(1);
  if (length === 126) return header.readUInt16BE(2);
  return length === 127 ? Number(header.readBigUInt64BE(2)) : length;
};

const socketBytes = 64 * 1024;

class Client {
  readonly #socket: Socket;
  readonly #onMessage: (client: Client) => void;
  messages = 0;
  #isOpen = false;
  #header = Buffer.alloc(0);
  /** Of the payload under way. */
  #restBytes = 0;

  constructor({ port, path, opening }: z.infer<typeof Opening>, onMessage: (client: Client) => void) {
    this.#onMessage = onMessage;
    const buffer = Buffer.alloc(socketBytes);
    const callback = (length: number): boolean => {
      this.#read(buffer.subarray(0, length));
      return true;
    };
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer, callback } });
    const lines = [
      "Host: localhost",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
    ];
    const key = `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`;
    this.#socket.write([`GET ${path} HTTP/1.1`, ...lines, key, "", ""].join("\r\n"));
    for (const text of opening) this.#socket.write(clientFrame(textFrame, text));
    this.#socket.once("close", () => {
      throw new Error("the server has closed a socket");
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  #read(chunk: Buffer): void {
    let rest = chunk;
    if (!this.#isOpen) {
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#isOpen = true;
      rest = rest.subarray(end + 4);
    }
    while (rest.length > 0) rest = this.#readSome(rest);
  }

  /** Returns what is left for the next time. */
  #readSome(chunk: Buffer): Buffer {
    if (this.#restBytes > 0) {
      const length = Math.min(this.#restBytes, chunk.length);
      this.#restBytes -= length;
      return chunk.subarray(length);
    }
    const known = this.#header;
    const header = known.length === 0 ? chunk : Buffer.concat([known, chunk]);
    const headerLength = headerLengthOf(header);
    if (header.length < headerLength) {
      this.#header = Buffer.from(header);
      return chunk.subarray(chunk.length);
    }
    this.#header = Buffer.alloc(0);
    this.#restBytes = payloadLengthOf(header);
    if (header[0] === textFrame) this.#onMessage(this);
    if (header[0] === pingFrame) this.#socket.write(pong);
    return chunk.subarray(headerLength - known.length);
  }
}

class Crowd {
  /** When each message came to each client, by the message's number since the last `forget`. */
  #arrivalsMs: number[][] = [];
  #clients: Client[] = [];
  #wanted = 0;
  #onWanted: (() => void) | undefined;

  /** Settles when all sockets are open and have heard what they are told first. */
  async open(door: z.infer<typeof Opening>): Promise<void> {
    this.#clients = Array.from(
      { length: door.sockets },
      () => new Client(door, (client) => this.#note(client)),
    );
    await this.receive(door.leadMessages);
    while (!this.#clients.every(({ isOpen }) => isOpen)) await wait(10);
  }

  /** Settles when each client has got so many messages since the last `forget`. */
  async receive(messages: number): Promise<void> {
    if (messages === 0 || this.#isComplete(messages)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wanted = messages;
    this.#onWanted = resolve;
    await promise;
  }

  /** When they came, which is forgotten with it. */
  forget(): number[][] {
    const arrivalsMs = this.#arrivalsMs;
    this.#arrivalsMs = [];
    for (const client of this.#clients) client.messages = 0;
    return arrivalsMs;
  }

  #note(client: Client): void {
    client.messages += 1;
    (this.#arrivalsMs[client.messages - 1] ??= []).push(nowMs());
    if (client.messages < this.#wanted || !this.#isComplete(this.#wanted)) return;
    this.#wanted = Number.POSITIVE_INFINITY;
    this.#onWanted?.();
  }

  #isComplete(messages: number): boolean {
    return this.#arrivalsMs[messages - 1]?.length === this.#clients.length;
  }
}

if (import.meta.main) {
  const crowd = new Crowd();
  answer({
    open: (argument) => crowd.open(Opening.parse(argument)),
    receive: (argument) => crowd.receive(z.number().parse(argument)),
    forget: () => crowd.forget(),
  });
}
