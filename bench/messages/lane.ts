/** One keep-alive connection that calls `messages.send`, by hand: what the caller costs is no part of the figure. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { uuidv7 } from "uuidv7";

export interface LaneOptions {
  port: number;
  token: string;
  channelId: string;
}

const content = "The tide comes in at six tonight, so bring the boat round to the north steps before then.";

/** Whether all of an answer is there: with its length in the head, or in chunks. */
const isWhole = (text: string): boolean => {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return false;
  const length = /content-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1];
  return length === undefined ? text.endsWith("\r\n0\r\n\r\n") : text.length >= headEnd + 4 + Number(length);
};

export class Lane {
  readonly #socket: Socket;
  readonly #options: LaneOptions;
  #text = "";
  #done: PromiseWithResolvers<void> | undefined;

  private constructor(socket: Socket, options: LaneOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.setNoDelay(true);
    // One character a byte: lengths in the head are of bytes.
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => this.#read(chunk));
    socket.on("close", () => this.#done?.reject(new Error("the server has hung up")));
  }

  static async open(options: LaneOptions): Promise<Lane> {
    const socket = connect(options.port, "127.0.0.1");
    await once(socket, "connect");
    return new Lane(socket, options);
  }

  /** Resolves when the answer is there. */
  send(): Promise<void> {
    const { port, token, channelId } = this.#options;
    const body = JSON.stringify({ channelId, content, nonce: uuidv7() });
    this.#text = "";
    this.#done = Promise.withResolvers();
    this.#socket.write(
      `POST /api/trpc/messages.send HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    return this.#done.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: string): void {
    this.#text += chunk;
    if (!isWhole(this.#text)) return;
    const done = this.#done;
    this.#done = undefined;
    if (this.#text.startsWith("HTTP/1.1 200")) done?.resolve();
    else done?.reject(new Error(this.#text));
  }
}
