/**
 * The WebSocket route /gateway: who may open a socket (GW1, GW3), what tRPC is told of the one who did (GW2), and the
 * orderly end (GW15). Events alone travel here; queries and mutations go over HTTP.
 */
import { randomUUID } from "node:crypto";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { getWSConnectionHandler } from "@trpc/server/adapters/ws";
import { type WebSocket, WebSocketServer } from "ws";
import { CloseCode, closeCodes } from "#shared/close-codes.ts";
import { ConnectionParams } from "#shared/contract/gateway.ts";
import type { Clock } from "../kernel/clock.ts";
import type { RequestFields } from "../kernel/logger.ts";
import { toNetwork } from "../kernel/network-address.ts";
import type { Scheduler } from "../kernel/scheduler.ts";
import type { Context, Principal, RefreshCookie } from "../trpc/context.ts";
import { router } from "../trpc/init.ts";
import { Connection } from "./connection.ts";
import type { EventStreams } from "./event-streams.ts";
import { countingEncoder, GatewayCounts } from "./gateway-counts.ts";
import { gatewayRouter } from "./gateway.router.ts";
import { headedEncoder } from "./request-heads.ts";
import { TurnWrites } from "./turn-writes.ts";

export interface GatewayServerOptions {
  services: Context["services"];
  streams: EventStreams;
  clock: Clock;
  scheduler: Scheduler;
  /** Whether a page from there may open a socket. */
  isAllowedOrigin: (request: { origin: string | undefined; host: string | undefined }) => boolean;
  /** The client's, through trusted proxies alone. */
  addressOf: (request: IncomingMessage) => string;
  limits: {
    /** 0: none. */
    socketsPerAddress: number;
    /** 0: none. */
    socketMessagesPerMinute: number;
  };
  /** Told of each refusal, with the address that has reached it. */
  onLimit?: (limit: "sockets" | "socket messages", address: string) => void;
}

const path = "/gateway";
/** A subscription with its token takes a few hundred bytes. */
const maxFrameBytes = 64 * 1024;
/** Some 500 MB with what waits for them; far beyond what one machine serves well. */
const maxSockets = 20_000;
/** Everybody at once would come back at once. */
const reconnectSpreadMs = 2_000;
/** For the last of them to answer the close. */
const closeWaitMs = 1_000;

const socketRouter = router({ gateway: gatewayRouter });

/** Over a socket there are no cookies to set. */
const noCookie: RefreshCookie = { read: () => undefined, write: () => undefined, clear: () => undefined };

const refuse = (socket: Duplex, status: number): void => {
  socket.on("error", () => undefined);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
};

interface OpenSocket {
  connection: Connection;
  /** What the log tells it by; the user once it is known. */
  fields: RequestFields;
}

interface SocketEnd {
  /** What the other end said, or 1006 for nothing. */
  code: number;
  /** What we said; undefined where the other end was first. */
  closeCode: CloseCode | undefined;
}

export class GatewayServer {
  readonly counts = new GatewayCounts();
  readonly #options: GatewayServerOptions;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    // Frames of ours go between those of ws, which may then not hold any back to compress it (GW10).
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
  });
  readonly #handle: (socket: WebSocket, request: IncomingMessage) => void;
  readonly #connections = new Map<IncomingMessage, OpenSocket>();
  readonly #turnWrites = new TurnWrites();
  readonly #countByAddress = new Map<string, number>();
  #isClosing = false;
  #onEmpty: (() => void) | undefined;

  constructor(options: GatewayServerOptions) {
    this.#options = options;
    this.#handle = getWSConnectionHandler({
      wss: this.#sockets,
      router: socketRouter,
      experimental_encoder: countingEncoder(headedEncoder, this.counts),
      createContext: ({ req, info }) => this.#createContext(req, info.connectionParams),
    });
  }

  /** Sockets that are open. */
  connectionCount(): number {
    return this.#connections.size;
  }

  /** Answers an HTTP upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const status = this.#findRefusal(request);
    if (status !== undefined) {
      this.#noteRefusal(status, request);
      refuse(socket, status);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#open(webSocket, request, socket));
  }

  /** Takes no new sockets, and sends the clients away one after the other, to come back and resume (GW15). */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { scheduler } = this.#options;
    const connections = [...this.#connections.values()];
    for (const [index, { connection }] of connections.entries()) {
      const delayMs = Math.floor((index / connections.length) * reconnectSpreadMs);
      scheduler.after(delayMs, () => connection.close(CloseCode.goingAway));
    }
    await this.#untilEmpty(reconnectSpreadMs + closeWaitMs);
    for (const { connection } of this.#connections.values()) connection.terminate();
    this.#sockets.close();
  }

  /** The status that refuses the upgrade, or undefined when it may go on. */
  #findRefusal(request: IncomingMessage): number | undefined {
    const { isAllowedOrigin, addressOf, limits } = this.#options;
    const { origin, host } = request.headers;
    if ((request.url ?? "").split("?", 1)[0] !== path) return 404;
    if (this.#isClosing || this.#connections.size >= maxSockets) return 503;
    if (!isAllowedOrigin({ origin, host })) return 403;
    // Some over the limit are let in to be told so; a flood is not.
    const count = this.#countOf(toNetwork(addressOf(request)));
    return limits.socketsPerAddress > 0 && count >= limits.socketsPerAddress * 2 ? 429 : undefined;
  }

  #open(socket: WebSocket, request: IncomingMessage, transport: Duplex): void {
    const { streams, clock, scheduler, limits, addressOf, onLimit } = this.#options;
    const connection = new Connection({
      socket,
      transport,
      turnWrites: this.#turnWrites,
      counts: this.counts,
      streams,
      clock,
      scheduler,
      messagesPerMinute: limits.socketMessagesPerMinute,
    });
    const fields: RequestFields = { requestId: randomUUID() };
    this.#connections.set(request, { connection, fields });
    const address = toNetwork(addressOf(request));
    const openedAtMs = clock.nowMs();
    const count = this.#countOf(address) + 1;
    this.#countByAddress.set(address, count);
    socket.on("message", () => (this.counts.messagesReceived += 1));
    const isTooMany = limits.socketsPerAddress > 0 && count > limits.socketsPerAddress;
    socket.once("close", (code) => {
      const { closeCode } = connection;
      this.#noteClose({ code, closeCode }, { ...fields, openMs: clock.nowMs() - openedAtMs });
      if (closeCode === CloseCode.rateLimited && !isTooMany) onLimit?.("socket messages", address);
      this.#connections.delete(request);
      this.#forget(address);
      if (this.#connections.size === 0) this.#onEmpty?.();
    });
    if (isTooMany) {
      this.#noteRefusal(429, request);
      connection.close(CloseCode.rateLimited);
    } else this.#handle(socket, request);
  }

  /** Never throws: the stock client would come back at once, again and again (GW2). */
  async #createContext(request: IncomingMessage, params: unknown): Promise<Context> {
    const { services, addressOf } = this.#options;
    const { token } = ConnectionParams.safeParse(params ?? {}).data ?? {};
    const { connection = null, fields = { requestId: randomUUID() } } = this.#connections.get(request) ?? {};
    const principal = await this.#authenticate(token, fields);
    if (principal.kind === "user") fields.userId = principal.actor.userId;
    services.logger.debug({ ...fields }, "a socket was opened");
    return {
      requestId: fields.requestId,
      principal,
      caller: {
        address: addressOf(request),
        userAgent: request.headers["user-agent"]?.slice(0, 400) ?? null,
      },
      refreshCookie: noCookie,
      gateway: connection,
      services,
    };
  }

  async #authenticate(token: string | undefined, fields: RequestFields): Promise<Principal> {
    const { auth, logger } = this.#options.services;
    try {
      return await auth.authenticate(token);
    } catch (error) {
      logger.warn({ ...fields, error }, "a token could not be checked");
      return { kind: "anonymous", reason: "UNAVAILABLE" };
    }
  }

  #noteRefusal(status: number, request: IncomingMessage): void {
    const { addressOf, onLimit, services } = this.#options;
    this.counts.addRefusal(status);
    services.logger.debug({ status }, "a socket was refused");
    if (status === 429) onLimit?.("sockets", toNetwork(addressOf(request)));
  }

  /** In our own words where it was us: what the other end gives as its reason may be anything. */
  #noteClose({ code, closeCode }: SocketEnd, fields: RequestFields & { openMs: number }): void {
    this.counts.addClose(closeCode ?? code);
    const reason = closeCode === undefined ? "closed by the other end" : closeCodes[closeCode].reason;
    const { logger } = this.#options.services;
    logger.debug({ ...fields, code: closeCode ?? code, reason }, "a socket was closed");
  }

  #countOf(address: string): number {
    return this.#countByAddress.get(address) ?? 0;
  }

  #forget(address: string): void {
    const count = this.#countOf(address) - 1;
    if (count > 0) this.#countByAddress.set(address, count);
    else this.#countByAddress.delete(address);
  }

  /** Until no socket is open any more, or the time is over. */
  async #untilEmpty(timeoutMs: number): Promise<void> {
    if (this.#connections.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.scheduler.after(timeoutMs, resolve);
    this.#onEmpty = resolve;
    await promise;
    cancel();
  }
}
