/** WebSockets that the test holds the other end of. */
import { z } from "zod";
import type { GatewayEvent } from "#shared/events.ts";
import type { WebSocketConstructor, WebSocketLike } from "#sdk/events/gateway-socket.ts";

const SentMessage = z.object({
  method: z.string(),
  params: z.object({ lastEventId: z.string().optional() }).optional(),
  data: z.object({ token: z.string() }).optional(),
});

type Listener = Parameters<WebSocketLike["addEventListener"]>[1];

export class FakeSocket implements WebSocketLike {
  readonly url: string;
  readonly sent: string[] = [];
  closedWith: number | undefined;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(type: "open" | "message" | "close" | "error", listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string): void {
    this.sent.push(data);
  }

  close(code = 1005): void {
    this.closedWith ??= code;
  }

  /** The id that the client asked to resume from; null when it asked for a beginning, undefined before it asked. */
  get resumedFrom(): string | null | undefined {
    const request = this.#findSent("subscription");
    return request && (request.params?.lastEventId ?? null);
  }

  get token(): string | undefined {
    return this.#findSent("connectionParams")?.data?.token;
  }

  open(): void {
    this.#emit("open", {});
  }

  item(id: string, event: GatewayEvent): void {
    this.say({ id: 1, result: { type: "data", id, data: { id, data: event } } });
  }

  say(message: unknown): void {
    this.#emit("message", { data: typeof message === "string" ? message : JSON.stringify(message) });
  }

  /** The connection ends from the other side. */
  drop(code = 1006): void {
    this.closedWith = code;
    this.#emit("close", { code });
  }

  #findSent(method: string): z.infer<typeof SentMessage> | undefined {
    return this.sent
      .filter((data) => data.startsWith("{"))
      .map((data) => SentMessage.parse(JSON.parse(data)))
      .find((message) => message.method === method);
  }

  #emit(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ type, ...event });
  }
}

export class FakeGateway {
  readonly sockets: FakeSocket[] = [];
  readonly WebSocket: WebSocketConstructor;

  constructor() {
    const { sockets } = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    };
  }

  /** The connection made last. */
  get last(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("nobody has connected");
    return socket;
  }
}
