/**
 * One connection to the gateway: one subscription over tRPC's WebSocket protocol, from the opening to its one end. It
 * tells its end exactly once and nothing afterwards, and it notices a network that died without a word (GW4). Whether and
 * when another connection follows is the stream's to decide.
 */
import type { CallFailure } from "../failure.ts";
import { reasonOf } from "../failure.ts";
import { type GatewayItem, parseFrame } from "./gateway-item.ts";

interface SocketEvent {
  type: string;
  data?: unknown;
  code?: number;
}

/** As much of a WebSocket as is used: a browser's, Node's and the `ws` package's all fit. */
export interface WebSocketLike {
  send: (data: string) => void;
  close: (code?: number) => void;
  addEventListener: (
    type: "open" | "message" | "close" | "error",
    listener: (event: SocketEvent) => void,
  ) => void;
}
export type WebSocketConstructor = new (url: string) => WebSocketLike;

export type SocketEnd =
  /** 1006 when the network broke. */
  | { kind: "closed"; code: number }
  | { kind: "refused"; failure: CallFailure }
  | { kind: "silent" }
  | { kind: "asked-to-reconnect" };

export interface GatewaySocketOptions {
  WebSocket: WebSocketConstructor;
  url: string;
  token: string;
  lastEventId: string | null;
  onItem: (item: GatewayItem) => void;
  onEnd: (end: SocketEnd) => void;
}

/** From the opening to the first item; a READY of many servers takes its time. */
const firstItemWithinMs = 15_000;
const pingAfterSilenceMs = 10_000;
const answerWithinMs = 8_000;

export class GatewaySocket {
  readonly #options: GatewaySocketOptions;
  readonly #socket: WebSocketLike;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasEnded = false;
  #hasItem = false;

  constructor(options: GatewaySocketOptions) {
    this.#options = options;
    this.#socket = new options.WebSocket(`${options.url}?connectionParams=1`);
    this.#expectWithin(firstItemWithinMs);
    this.#socket.addEventListener("open", () => this.#subscribe());
    this.#socket.addEventListener("message", ({ data }) => this.#receive(data));
    this.#socket.addEventListener("close", ({ code }) => this.#end({ kind: "closed", code: code ?? 1006 }));
    // An error is always followed by a close, but not in every implementation by one with its own event.
    this.#socket.addEventListener("error", () => this.#end({ kind: "closed", code: 1006 }));
  }

  /** Asks the other end for a sign of life now, instead of after the usual silence. */
  probe(): void {
    if (this.#hasEnded || !this.#hasItem) return;
    this.#socket.send("PING");
    this.#expectWithin(answerWithinMs);
  }

  close(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#socket.close(1000);
  }

  #subscribe(): void {
    if (this.#hasEnded) return;
    const { token, lastEventId } = this.#options;
    const params = { path: "gateway.events", input: {}, ...(lastEventId === null ? {} : { lastEventId }) };
    this.#socket.send(JSON.stringify({ method: "connectionParams", data: { token } }));
    this.#socket.send(JSON.stringify({ id: 1, method: "subscription", params }));
  }

  #receive(data: unknown): void {
    if (this.#hasEnded) return;
    if (this.#hasItem) this.#pingAfterSilence();
    const frame = parseFrame(data);
    switch (frame.kind) {
      case "item":
        this.#hasItem = true;
        this.#pingAfterSilence();
        this.#options.onItem(frame.item);
        break;
      case "ping":
        this.#socket.send("PONG");
        break;
      case "refused":
        this.#end({ kind: "refused", failure: reasonOf(frame.error) });
        break;
      case "stopped":
      case "reconnect":
        this.#end({ kind: "asked-to-reconnect" });
        break;
      case "started":
      case "other":
        break;
    }
  }

  #pingAfterSilence(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.probe(), pingAfterSilenceMs);
  }

  #expectWithin(limitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end({ kind: "silent" }), limitMs);
  }

  #end(end: SocketEnd): void {
    if (this.#hasEnded) return;
    this.close();
    this.#options.onEnd(end);
  }
}
