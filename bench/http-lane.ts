/** One keep-alive connection that asks over HTTP by hand: what the caller costs is no part of the figure. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface HttpCall {
  method?: "GET" | "POST";
  path: string;
  token?: string | undefined;
  /** JSON, in ASCII. */
  body?: string;
}

export interface HttpAnswer {
  status: number;
  text: string;
}

/** As it goes over the wire. */
export const requestOf = ({ method = "POST", path, token, body = "" }: HttpCall): string => {
  const authorization = token === undefined ? "" : `Authorization: Bearer ${token}\r\n`;
  const content =
    method === "GET" ? "" : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${authorization}${content}\r\n${body}`;
};

const chunksEnd = "\r\n0\r\n\r\n";

/** Where the first answer ends: its length stands in the head, or it comes in chunks. Undefined when it is not all there. */
const findEnd = (text: string): number | undefined => {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const length = /content-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1];
  if (length !== undefined) {
    const end = headEnd + 4 + Number(length);
    return text.length >= end ? end : undefined;
  }
  const end = text.indexOf(chunksEnd, headEnd);
  return end === -1 ? undefined : end + chunksEnd.length;
};

export class HttpLane {
  readonly #socket: Socket;
  #text = "";
  readonly #asked: PromiseWithResolvers<HttpAnswer>[] = [];
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    // One character a byte: lengths in the head are of bytes.
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => this.#read(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#isClosed = true;
      for (const { reject } of this.#asked.splice(0)) reject(new Error("the server has hung up"));
    });
  }

  /** From an address of this machine, of which 127.0.0.1 to 127.255.255.254 are all. */
  static async open(port: number, localAddress = "127.0.0.1"): Promise<HttpLane> {
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    await once(socket, "connect");
    return new HttpLane(socket);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Behind what was asked before. Rejects when the connection ends without an answer. */
  ask(call: HttpCall): Promise<HttpAnswer> {
    if (this.#isClosed) return Promise.reject(new Error("the server has hung up"));
    const answered = Promise.withResolvers<HttpAnswer>();
    this.#asked.push(answered);
    this.#socket.write(requestOf(call));
    return answered.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: string): void {
    this.#text += chunk;
    for (let end = findEnd(this.#text); end !== undefined; end = findEnd(this.#text)) {
      const text = this.#text.slice(0, end);
      this.#text = this.#text.slice(end);
      if (/\r\nconnection: close\r\n/i.test(text)) this.#isClosed = true;
      // Behind "HTTP/1.1 ".
      this.#asked.shift()?.resolve({ status: Number(text.slice(9, 12)), text });
    }
  }
}
