/**
 * The WebSocket route /gateway: who may open a socket (GW1, GW3), what tRPC is told of the one who did (GW2), and the
 * orderly end (GW15). Events alone travel here; queries and mutations go over HTTP.
 */
import { randomUUID } from "node:crypto";
import { IncomingMessage, STATUS_CODES } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { getWSConnectionHandler } from "@trpc/server/adapters/ws";
import { LRUCache } from "lru-cache";
import { WebSocketServer } from "ws";
import { CloseCode, closeCodes } from "#shared/close-codes.ts";
import { ConnectionParams } from "#shared/contract/gateway.ts";
import { type Clock, countFromNow } from "../kernel/clock.ts";
import type { RequestFields } from "../kernel/logger.ts";
import { toNetwork } from "../kernel/network-address.ts";
import type { Pace, PaceMaker } from "../kernel/pace.ts";
import type { Scheduler } from "../kernel/scheduler.ts";
import { createTurns } from "../kernel/turns.ts";
import type { Context, Principal, RefreshCookie } from "../trpc/context.ts";
import { router } from "../trpc/init.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import type { EventStreams } from "./event-streams.ts";
import { countingEncoder, GatewayCounts } from "./gateway-counts.ts";
import { GatewaySocket } from "./gateway-socket.ts";
import { gatewayRouter } from "./gateway.router.ts";
import { Beating } from "./heartbeat.ts";
import { MessageLimit } from "./message-limit.ts";
import { headedEncoder } from "./request-heads.ts";
import { TurnWrites } from "./turn-writes.ts";
import { roomFor } from "../kernel/room-for.ts";

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
  paceOf: PaceMaker;
  /** Before a refusal: whoever is refused again and again waits for it. */
  delayRefusal: (address: string) => Promise<unknown>;
  /** Told of each refusal, with the address that has reached it. */
  onLimit?: (limit: "sockets" | "socket messages", address: string) => void;
}

const path = "/gateway";
/** A subscription with its token takes a few hundred bytes. */
const maxFrameBytes = 64 * 1024;
/** Some 500 MB with what waits for them; far beyond what one machine serves well. */
const maxSockets = 20_000;
/** For each socket that an address may have: reloads, and coming back after a cut. */
const opensPerSocketAndMinute = 6;
/** Of these at once: everybody behind the address, and again. */
const opensPerSocketAtOnce = 2;
/** Some 4 MB; beyond that the address that came longest ago starts anew. */
const maxCountedAddresses = 20_000;
/** A query each, of those who come the first time: see `readings` of the streams. */
const authentications = { atOnce: 3, waiting: Number.POSITIVE_INFINITY };
/** Everybody at once would come back at once. */
const reconnectSpreadMs = 2_000;
/** For the last of them to answer the close. */
const closeWaitMs = 1_000;

const socketRouter = router({ gateway: gatewayRouter });

/** Over a socket there are no cookies to set. */
const noCookie: RefreshCookie = { read: () => undefined, write: () => undefined, clear: () => undefined };

/** tRPC waits for no token then. */
const aRequestWithoutParams = (): IncomingMessage =>
  Object.assign(new IncomingMessage(new Socket()), { url: path });

/** As one piece: Node puts a UUID together from fifteen, which stay, with 450 bytes, for as long as the text is not read. */
const createRequestId = (): string => Buffer.from(randomUUID()).toString("latin1");

const ignore = (): void => undefined;

/** Somebody listens to the socket's errors. */
const refuse = (socket: Duplex, status: number): void => {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
};

const fieldsOf = ({ requestId, principal }: Connection): RequestFields => ({
  requestId,
  ...(principal?.kind === "user" && { userId: principal.actor.userId }),
});

export class GatewayServer {
  readonly counts = new GatewayCounts();
  readonly #options: GatewayServerOptions;
  readonly #sockets = new WebSocketServer<typeof GatewaySocket>({
    WebSocket: GatewaySocket,
    noServer: true,
    // Frames of ours go between those of ws, which may then not hold any back to compress it (GW10).
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    // The socket itself does.
    autoPong: false,
    // They are counted here, as connections.
    clientTracking: false,
  });
  readonly #connections: Beating<Connection>;
  readonly #host: ConnectionHost;
  readonly #authenticating = createTurns(authentications);
  readonly #countByNetwork = new Map<string, number>();
  readonly #opens = new LRUCache<string, MessageLimit>(roomFor(maxCountedAddresses));
  readonly #openPace: Pace;
  #isClosing = false;
  #onEmpty: (() => void) | undefined;

  constructor(options: GatewayServerOptions) {
    this.#options = options;
    const { streams, scheduler, limits } = options;
    const clock = countFromNow(options.clock);
    this.#connections = new Beating({ clock, scheduler });
    this.#openPace = options.paceOf({
      atOnce: limits.socketsPerAddress * opensPerSocketAtOnce,
      perSecond: (limits.socketsPerAddress * opensPerSocketAndMinute) / 60,
    });
    this.#host = {
      turnWrites: new TurnWrites(),
      counts: this.counts,
      streams,
      clock,
      scheduler,
      messagesPerMinute: limits.socketMessagesPerMinute,
      converse: (connection, socket, request) => this.#converse(connection, socket, request),
      onFlood: ({ address }) => options.onLimit?.("socket messages", toNetwork(address)),
      onEnd: (connection, code) => this.#forget(connection, code),
    };
  }

  /** Sockets that are open. */
  connectionCount(): number {
    return this.#connections.size;
  }

  /** Answers an HTTP upgrade. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { addressOf, delayRefusal, limits } = this.#options;
    const network = toNetwork(addressOf(request));
    // Nobody else listens to it meanwhile.
    socket.on("error", ignore);
    const status = this.#findRefusal(request, network);
    if (status !== undefined) {
      this.#noteRefusal(status, network);
      await delayRefusal(network);
      refuse(socket, status);
      return;
    }
    if (limits.socketsPerAddress > 0) await this.#openPace.wait(network);
    socket.off("error", ignore);
    if (this.#isClosing || socket.destroyed) socket.destroy();
    else
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) =>
        this.#open(webSocket, request, socket),
      );
  }

  /** Takes no new sockets, and sends the clients away one after the other, to come back and resume (GW15). */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { scheduler } = this.#options;
    const connections = [...this.#connections.values()];
    for (const [index, connection] of connections.entries()) {
      const delayMs = Math.floor((index / connections.length) * reconnectSpreadMs);
      scheduler.after(delayMs, () => connection.close(CloseCode.goingAway));
    }
    await this.#untilEmpty(reconnectSpreadMs + closeWaitMs);
    for (const connection of this.#connections.values()) connection.terminate();
    this.#sockets.close();
  }

  /** The status that refuses the upgrade, or undefined when it may go on. */
  #findRefusal(request: IncomingMessage, network: string): number | undefined {
    const { isAllowedOrigin, limits } = this.#options;
    const { origin, host } = request.headers;
    if ((request.url ?? "").split("?", 1)[0] !== path) return 404;
    if (this.#isClosing || this.#connections.size >= maxSockets) return 503;
    if (!isAllowedOrigin({ origin, host })) return 403;
    if (limits.socketsPerAddress === 0) return undefined;
    // Some over the limit are let in to be told so; a flood is not.
    const isFlood = this.#countOf(network) >= limits.socketsPerAddress * 2 || !this.#takeOpen(network);
    return isFlood ? 429 : undefined;
  }

  /** Counts a socket that is to be opened; each costs everything that a screen begins with. False when these are too many. */
  #takeOpen(network: string): boolean {
    const nowMs = this.#host.clock.nowMs();
    const opens = this.#opens.get(network) ?? new MessageLimit(nowMs);
    this.#opens.set(network, opens);
    const perMinute = this.#options.limits.socketsPerAddress * opensPerSocketAndMinute;
    return opens.take(1, { nowMs, perMinute });
  }

  #open(socket: GatewaySocket, request: IncomingMessage, transport: Duplex): void {
    const { limits, addressOf } = this.#options;
    const address = addressOf(request);
    const connection = new Connection({
      socket,
      transport,
      address,
      requestId: createRequestId(),
      host: this.#host,
    });
    this.#connections.add(connection);
    const network = toNetwork(address);
    const count = this.#countOf(network) + 1;
    this.#countByNetwork.set(network, count);
    if (limits.socketsPerAddress > 0 && count > limits.socketsPerAddress) {
      this.#noteRefusal(429, network);
      connection.close(CloseCode.rateLimited);
    } else connection.begin(request);
  }

  #converse(connection: Connection, socket: GatewaySocket, request: IncomingMessage | undefined): void {
    const handle = getWSConnectionHandler({
      wss: this.#sockets,
      router: socketRouter,
      experimental_encoder: countingEncoder(headedEncoder, this.counts),
      createContext: ({ info }) => this.#createContext(connection, info.connectionParams),
    });
    handle(socket, request ?? aRequestWithoutParams());
  }

  /** Never throws: the stock client would come back at once, again and again (GW2). */
  async #createContext(connection: Connection, params: unknown): Promise<Context> {
    const { token } = ConnectionParams.safeParse(params ?? {}).data ?? {};
    if (!connection.principal) {
      connection.principal = await this.#authenticate(connection, token);
      this.#options.services.logger.debug({ ...fieldsOf(connection) }, "a socket was opened");
    }
    return {
      requestId: connection.requestId,
      principal: connection.principal,
      // No session begins here, which is what the device would be remembered for.
      caller: { address: connection.address, userAgent: null },
      refreshCookie: noCookie,
      gateway: connection,
      services: this.#options.services,
    };
  }

  async #authenticate(connection: Connection, token: string | undefined): Promise<Principal> {
    const { auth, logger } = this.#options.services;
    try {
      return await this.#authenticating.run("all", () => auth.authenticate(token));
    } catch (error) {
      logger.warn({ ...fieldsOf(connection), error }, "a token could not be checked");
      return { kind: "anonymous", reason: "UNAVAILABLE" };
    }
  }

  #countOf(network: string): number {
    return this.#countByNetwork.get(network) ?? 0;
  }

  #noteRefusal(status: number, network: string): void {
    const { onLimit, services } = this.#options;
    this.counts.addRefusal(status);
    services.logger.debug({ status }, "a socket was refused");
    if (status === 429) onLimit?.("sockets", network);
  }

  /** In our own words where it was us: what the other end gives as its reason may be anything. */
  #noteClose(connection: Connection, code: number): void {
    const { closeCode, openedAtMs } = connection;
    const { services } = this.#options;
    this.counts.addClose(closeCode ?? code);
    const reason = closeCode === undefined ? "closed by the other end" : closeCodes[closeCode].reason;
    const fields = { ...fieldsOf(connection), openMs: this.#host.clock.nowMs() - openedAtMs };
    services.logger.debug({ ...fields, code: closeCode ?? code, reason }, "a socket was closed");
  }

  #forget(connection: Connection, code: number): void {
    this.#noteClose(connection, code);
    this.#connections.delete(connection);
    const network = toNetwork(connection.address);
    const count = this.#countOf(network) - 1;
    if (count > 0) this.#countByNetwork.set(network, count);
    else this.#countByNetwork.delete(network);
    if (this.#connections.size === 0) this.#onEmpty?.();
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
