/** A socket to the gateway as any program could open it, speaking tRPC's protocol by hand. */
import { once } from "node:events";
import { vi } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";

const Frame = z.object({
  id: z.union([z.string(), z.number()]).nullish(),
  result: z
    .object({
      type: z.string(),
      data: z.object({ id: z.string(), data: z.object({ t: z.string(), d: z.unknown() }) }).optional(),
    })
    .optional(),
  error: z.object({ data: z.object({ reason: z.string() }) }).optional(),
});
type Frame = z.infer<typeof Frame>;

interface Options {
  origin?: string;
  /** Null: a client that knows nothing of connection params. */
  token?: string | null;
  autoPong?: boolean;
}

export class RawGateway implements Disposable {
  readonly frames: Frame[] = [];
  /** The same as they came. */
  readonly texts: string[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly socket: WebSocket;
  #count = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => {
      const text = Buffer.isBuffer(data) ? data.toString() : "";
      if (!text.startsWith("{")) return;
      this.frames.push(Frame.parse(JSON.parse(text)));
      this.texts.push(text);
    });
    socket.on("close", (code, reason) => (this.closed = { code, reason: reason.toString() }));
  }

  /** Resolves when the socket is open; the status that the upgrade was refused with is the error's message. */
  static async open(
    url: string,
    { origin, token = null, autoPong = true }: Options = {},
  ): Promise<RawGateway> {
    const path = token === null ? "/gateway" : "/gateway?connectionParams=1";
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}${path}`, {
      autoPong,
      ...(origin === undefined ? {} : { origin }),
    });
    const gateway = new RawGateway(socket);
    await once(socket, "open");
    if (token !== null) gateway.send({ method: "connectionParams", data: { token } });
    return gateway;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Asks for the events. Returns the request's id. */
  subscribe(lastEventId?: unknown): number {
    const id = (this.#count += 1);
    // Where the stock client puts it; what is no text gets through as input alone.
    const isText = typeof lastEventId === "string";
    const params = {
      path: "gateway.events",
      input: isText ? {} : { lastEventId },
      ...(isText ? { lastEventId } : {}),
    };
    this.send({ id, method: "subscription", params });
    return id;
  }

  /** The items that came, in order. */
  get items(): { id: string; t: string; d: unknown }[] {
    return this.frames.flatMap(({ result }) =>
      result?.data ? [{ id: result.data.id, ...result.data.data }] : [],
    );
  }

  /** The reasons that came. */
  get refusals(): string[] {
    return this.frames.flatMap(({ error }) => (error ? [error.data.reason] : []));
  }

  async untilItem(t: string): Promise<{ id: string; d: unknown }> {
    return vi.waitFor(() => {
      const item = this.items.find((one) => one.t === t);
      if (!item) throw new Error(`no ${t} among ${this.items.map((one) => one.t).join(" ")}`);
      return item;
    }, 5_000);
  }

  async untilRefused(): Promise<string> {
    return vi.waitFor(() => {
      const [reason] = this.refusals;
      if (reason === undefined) throw new Error("not refused");
      return reason;
    }, 5_000);
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    return vi.waitFor(() => {
      if (!this.closed) throw new Error("not closed");
      return this.closed;
    }, 8_000);
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }
}
