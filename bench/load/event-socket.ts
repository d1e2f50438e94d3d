/** A socket at the gateway that speaks as much of WebSocket as it takes, from any address of this machine. */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

interface Options {
  port: number;
  address: string;
  /** Without one it opens and says nothing. */
  token: string | undefined;
  onText?: (payload: Buffer) => void;
  onClose?: (code: number) => void;
}

const textFrame = 0x81;
const closeFrame = 0x88;
const pingFrame = 0x89;
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
/** Where no close frame came: the upgrade was refused, or the connection was cut. */
const withoutCode = 1006;

/** A client's frames are masked; with zeros they stay as they are. */
const frameOf = (payload: Buffer): Buffer => {
  const isLong = payload.length > 0xffff;
  const header = Buffer.alloc(isLong ? 14 : 8);
  header.set([textFrame, 0x80 | (isLong ? 127 : 126)]);
  if (isLong) header.writeBigUInt64BE(BigInt(payload.length), 2);
  else header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
};

/** How many bytes the length has that does not fit into the second one. */
const lengthBytes: Record<number, number> = { 126: 2, 127: 8 };

interface Whole {
  kind: number;
  payload: Buffer;
  /** Behind it. */
  rest: Buffer;
}

/** The frame that the bytes begin with, if all of it is there. */
const findFrame = (bytes: Buffer): Whole | undefined => {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1);
  const start = 2 + (lengthBytes[short] ?? 0);
  if (bytes.length < start) return undefined;
  let length = short;
  if (short === 126) length = bytes.readUInt16BE(2);
  if (short === 127) length = Number(bytes.readBigUInt64BE(2));
  const end = start + length;
  if (bytes.length < end) return undefined;
  return { kind: bytes.readUInt8(0), payload: bytes.subarray(start, end), rest: bytes.subarray(end) };
};

export class EventSocket {
  readonly #socket: Socket;
  readonly #options: Options;
  #bytes: Buffer = Buffer.alloc(0);
  #isOpen = false;
  #code = withoutCode;

  constructor(options: Options) {
    const { port, address, token } = options;
    this.#options = options;
    this.#socket = connect({ port, host: "127.0.0.1", localAddress: address, noDelay: true });
    this.#socket.on("data", (chunk: Buffer) => this.#read(chunk));
    this.#socket.on("error", () => undefined);
    this.#socket.once("close", () => options.onClose?.(this.#code));
    const lines = [
      "Host: localhost",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    ];
    this.#socket.write(["GET /gateway?connectionParams=1 HTTP/1.1", ...lines, "", ""].join("\r\n"));
    if (token === undefined) return;
    this.send(JSON.stringify({ method: "connectionParams", data: { token } }));
    this.subscribe(1);
  }

  /** Resolves when the stream's beginning has come; rejects when it does not. */
  static open(options: Options): Promise<EventSocket> {
    const { promise, resolve, reject } = Promise.withResolvers<EventSocket>();
    const socket = new EventSocket({
      ...options,
      onText(payload) {
        if (payload.includes('"READY"')) resolve(socket);
        else options.onText?.(payload);
      },
      onClose(code) {
        reject(new Error(`a socket was closed with ${code}`));
        options.onClose?.(code);
      },
    });
    return promise;
  }

  subscribe(id: number): void {
    this.send(JSON.stringify({ id, method: "subscription", params: { path: "gateway.events", input: {} } }));
  }

  send(text: string): void {
    if (!this.#socket.destroyed) this.#socket.write(frameOf(Buffer.from(text)));
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** What has been written and not been taken. */
  get outstandingBytes(): number {
    return this.#socket.writableLength;
  }

  /** From here on nothing is read. */
  pause(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    if (!this.#isOpen) {
      const end = this.#bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#isOpen = true;
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    for (let frame = findFrame(this.#bytes); frame; frame = findFrame(this.#bytes)) {
      this.#bytes = frame.rest;
      this.#take(frame);
    }
  }

  #take({ kind, payload }: Whole): void {
    if (kind === textFrame) this.#options.onText?.(payload);
    if (kind === pingFrame) this.#socket.write(pong);
    if (kind !== closeFrame) return;
    if (payload.length >= 2) this.#code = payload.readUInt16BE(0);
    this.#socket.end();
  }
}
