/**
 * A client so cheap that the server is what limits: a plain socket that speaks as much of WebSocket as it takes to open
 * one, to answer pings and to tell messages apart.
 */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

interface Options {
  port: number;
  path: string;
  /** What is sent as soon as it may be. */
  opening: readonly string[];
  /** Of the client; the system's choice without one. */
  localAddress?: string | undefined;
  /** Whether anybody wants to know what a message says. */
  isReading: boolean;
  onOpen?: () => void;
  onMessage: (text: string) => void;
  onClose: (socket: PlainSocket) => void;
}

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

const none = Buffer.alloc(0);
/** One for all sockets: what is read is looked at before the next read. */
const shared = Buffer.alloc(256 * 1024);

export class PlainSocket {
  readonly #options: Options;
  readonly #socket: Socket;
  isOpen = false;
  #header = none;
  #firstByte = 0;
  /** Of the payload under way. */
  #restBytes = 0;
  #payload: Buffer[] = [];

  constructor(options: Options) {
    this.#options = options;
    const { port, path, opening, localAddress } = options;
    const callback = (length: number, buffer: Uint8Array): boolean => {
      this.#read(Buffer.from(buffer.buffer, buffer.byteOffset, length));
      return true;
    };
    this.#socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      ...(localAddress && { localAddress }),
      onread: { buffer: shared, callback },
    });
    const lines = [
      "Host: localhost",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
    ];
    const key = `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`;
    this.#socket.write([`GET ${path} HTTP/1.1`, ...lines, key, "", ""].join("\r\n"));
    for (const text of opening) this.#socket.write(clientFrame(textFrame, text));
    this.#socket.once("close", () => options.onClose(this));
  }

  /** What comes meanwhile waits in the socket. */
  lookAway(): void {
    this.#socket.pause();
  }

  look(): void {
    this.#socket.resume();
  }

  /** Without a word. */
  cut(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    let rest = chunk;
    if (!this.isOpen) {
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.isOpen = true;
      this.#options.onOpen?.();
      rest = rest.subarray(end + 4);
    }
    while (rest.length > 0) rest = this.#readSome(rest);
  }

  /** Returns what is left for the next time. */
  #readSome(chunk: Buffer): Buffer {
    if (this.#restBytes > 0) return this.#readPayload(chunk);
    const known = this.#header;
    const header = known.length === 0 ? chunk : Buffer.concat([known, chunk]);
    const headerLength = headerLengthOf(header);
    if (header.length < headerLength) {
      this.#header = Buffer.from(header);
      return none;
    }
    this.#header = none;
    this.#restBytes = payloadLengthOf(header);
    this.#firstByte = header.readUInt8(0);
    if (this.#restBytes === 0) this.#end();
    return chunk.subarray(headerLength - known.length);
  }

  #readPayload(chunk: Buffer): Buffer {
    const length = Math.min(this.#restBytes, chunk.length);
    this.#restBytes -= length;
    // The buffer is everybody's, and the next read overwrites it.
    if (this.#options.isReading) this.#payload.push(Buffer.from(chunk.subarray(0, length)));
    if (this.#restBytes === 0) this.#end();
    return chunk.subarray(length);
  }

  #end(): void {
    if (this.#firstByte === pingFrame) this.#socket.write(pong);
    if (this.#firstByte === textFrame)
      this.#options.onMessage(this.#payload.length > 0 ? Buffer.concat(this.#payload).toString() : "");
    this.#payload = [];
  }
}
