/**
 * One socket's end: its limits (GW2, GW3, GW4), and the one stream that it may carry at a time. Made when the socket has
 * opened; closes once, and tells once. tRPC listens to the socket while there is something to answer. Once a stream is live
 * it listens no more, since what it keeps for a socket is several times what the socket is: thousands of them are open with
 * nothing to say.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode, closeCodes } from "#shared/close-codes.ts";
import { timing } from "#shared/limits.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Scheduler } from "../kernel/scheduler.ts";
import type { GatewayItem, GatewayPort, Principal, StreamRequest } from "../trpc/context.ts";
import type { EventStreams } from "./event-streams.ts";
import type { GatewayCounts } from "./gateway-counts.ts";
import type { GatewaySocket, SocketListener } from "./gateway-socket.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Frame } from "./live-frames.ts";
import { MessageLimit } from "./message-limit.ts";
import type { Link, Receiver } from "./receiver.ts";
import { isStopOf, isSubscription, readMessages, stoppedText } from "./request-heads.ts";
import type { TurnWrites } from "./turn-writes.ts";

/** What all connections of a gateway share. */
export interface ConnectionHost {
  turnWrites: TurnWrites;
  counts: Pick<GatewayCounts, "messagesSent" | "messagesReceived">;
  streams: Pick<EventStreams, "open" | "leave">;
  clock: Clock;
  scheduler: Scheduler;
  messagesPerMinute: number;
  /** Makes tRPC listen to the socket, as one that came by this request; without one, as one whose user is known. */
  converse: (connection: Connection, socket: GatewaySocket, request: IncomingMessage | undefined) => void;
  /** It has sent more than it may, and is about to be closed. */
  onFlood: (connection: Connection) => void;
  /** The code is what the other end said, or 1006 for nothing. */
  onEnd: (connection: Connection, code: number) => void;
}

interface Options {
  socket: GatewaySocket;
  /** What the socket writes to. */
  transport: Duplex;
  /** The client's, through trusted proxies alone. */
  address: string;
  /** What the log tells it by. */
  requestId: string;
  host: ConnectionHost;
}

type State =
  | { kind: "idle"; cancelTimeout: () => void }
  /** What the stream begins with leaves through tRPC. */
  | { kind: "beginning"; stream: AbortController; head: string }
  | { kind: "live"; receiver: Receiver }
  /** Our close frame has left; the other end has some time to answer it. */
  | { kind: "closing"; cancelTerminate: () => void }
  | { kind: "closed" };

/** Enough for the close code to arrive behind what was written before it; then the memory is wanted back. */
const closeGraceMs = 5_000;

/** To one that floods: what it still sends is not read. */
const floodGraceMs = 1_000;

/** A client needs one of a connection. Each costs the server what many other messages do, also where it is refused. */
const subscriptionsPerMinute = 10;

/** As how many messages they count; a frame without any is one. */
const weightOf = (requests: readonly unknown[], messagesPerMinute: number): number => {
  const subscriptions = requests.filter(isSubscription).length;
  const others = requests.length - subscriptions;
  return Math.max(1, others + Math.ceil((subscriptions * messagesPerMinute) / subscriptionsPerMinute));
};

/** tRPC's own, which are no JSON. */
const keepAlive = { ping: "PING", pong: "PONG" } as const;

/** What nobody refers to is let go of, though it never ends. */
const forever = (): Promise<never> => Promise.withResolvers<never>().promise;

export class Connection implements GatewayPort, Link, SocketListener {
  readonly address: string;
  readonly requestId: string;
  readonly openedAtMs: number;
  /** Who it is, once tRPC has asked. */
  principal: Principal | undefined;
  /** With what we closed it; undefined while it is open, and when the other end did. */
  closeCode: CloseCode | undefined;
  readonly #socket: GatewaySocket;
  readonly #transport: Duplex;
  readonly #host: ConnectionHost;
  readonly #limit: MessageLimit;
  readonly #heartbeat: Heartbeat;
  #isTrpcListening = false;
  #state: State;

  constructor({ socket, transport, address, requestId, host }: Options) {
    this.address = address;
    this.requestId = requestId;
    this.openedAtMs = host.clock.nowMs();
    this.#socket = socket;
    this.#transport = transport;
    this.#host = host;
    this.#limit = new MessageLimit(this.openedAtMs);
    this.#heartbeat = new Heartbeat(this.openedAtMs);
    this.#state = this.#idle();
    socket.listener = this;
  }

  /** Lets the client speak. */
  begin(request: IncomingMessage): void {
    this.#converse(request);
  }

  /** A later stream takes the place of the one before. */
  async *stream(request: StreamRequest): AsyncGenerator<GatewayItem, void, undefined> {
    const before = this.#state;
    if (before.kind === "closing" || before.kind === "closed") return;
    this.#release(before);
    if (before.kind === "live" && before.receiver.head !== request.head)
      this.#say(stoppedText(before.receiver.head));
    const stream = new AbortController();
    this.#state = { kind: "beginning", stream, head: request.head };
    const isCurrent = (): boolean => this.#state.kind === "beginning" && this.#state.stream === stream;
    try {
      const signal = AbortSignal.any([request.signal, stream.signal]);
      const receiver = yield* this.#host.streams.open({ ...request, link: this, signal });
      if (receiver && isCurrent()) this.#goLive(receiver);
      else {
        if (receiver) this.#host.streams.leave(receiver);
        return;
      }
    } finally {
      if (isCurrent()) this.#state = this.#idle();
    }
    // At an end of this, tRPC would tell the client that all is said.
    await forever();
  }

  /** Says why; a socket that does not answer is cut after a moment. */
  close(code: CloseCode, graceMs = closeGraceMs): void {
    const before = this.#state;
    if (before.kind === "closing" || before.kind === "closed") return;
    this.closeCode = code;
    this.#state = {
      kind: "closing",
      cancelTerminate: this.#host.scheduler.after(graceMs, () => this.#socket.terminate()),
    };
    // Nothing that still comes in is worth an answer.
    this.#socket.removeAllListeners("message");
    this.#socket.close(code, closeCodes[code].reason);
    // After the close frame: a stream that ends while its socket is open would tell the client that all is said.
    this.#release(before);
  }

  beat(): void {
    if (this.#state.kind === "closing" || this.#state.kind === "closed") return;
    const { clock, messagesPerMinute } = this.#host;
    this.#heartbeat.beat(clock.nowMs());
    if (!this.#heartbeat.take() && messagesPerMinute > 0) this.#refuseFlood();
  }

  hear(message: unknown): void {
    this.#host.counts.messagesReceived += 1;
    if (this.#state.kind === "closing" || this.#state.kind === "closed") return;
    const { clock, messagesPerMinute } = this.#host;
    const nowMs = clock.nowMs();
    this.#heartbeat.beat(nowMs);
    const text = Buffer.isBuffer(message) ? message.toString() : "";
    const requests = readMessages(text);
    if (!this.#limit.take(weightOf(requests, messagesPerMinute), { nowMs, perMinute: messagesPerMinute })) {
      this.#refuseFlood();
      return;
    }
    const isAllSaid = this.#stopIfAsked(requests) && requests.length === 1;
    // Else it hears this by itself.
    if (isAllSaid || this.#isTrpcListening) return;
    if (text === keepAlive.ping) this.#say(keepAlive.pong);
    // From this message on.
    else if (text !== keepAlive.pong) this.#converse(undefined);
  }

  end(code: number): void {
    const before = this.#state;
    this.#state = { kind: "closed" };
    this.#release(before);
    this.#host.onEnd(this, code);
  }

  /** Without a word, for what does not answer. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Does what the heartbeat has due. */
  check(nowMs: number): void {
    if (this.#state.kind === "closing") return;
    const due = this.#heartbeat.check(nowMs);
    if (due === "ping") this.#socket.ping();
    if (due === "end") this.#socket.terminate();
  }

  get outstandingBytes(): number {
    return this.#transport.writableLength;
  }

  /** Between the frames that ws writes: it writes each as a whole and at once, since nothing is compressed. */
  write(frame: Frame): void {
    // From its first close frame on, ours or theirs, a socket carries nothing more.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#host.turnWrites.hold(this.#transport);
    this.#transport.write(frame);
    this.#host.counts.messagesSent += 1;
  }

  whenWritable(): Promise<void> | undefined {
    const transport = this.#transport;
    if (!transport.writableNeedDrain || transport.destroyed) return undefined;
    return new Promise((resolve) => {
      const settle = (): void => {
        transport.off("drain", settle);
        transport.off("close", settle);
        resolve();
      };
      transport.once("drain", settle);
      transport.once("close", settle);
    });
  }

  #refuseFlood(): void {
    this.#host.onFlood(this);
    this.close(CloseCode.rateLimited, floodGraceMs);
    this.#socket.pause();
  }

  #say(text: string): void {
    this.#host.counts.messagesSent += 1;
    this.#socket.send(text);
  }

  #converse(request: IncomingMessage | undefined): void {
    this.#isTrpcListening = true;
    this.#host.converse(this, this.#socket, request);
  }

  #goLive(receiver: Receiver): void {
    this.#state = { kind: "live", receiver };
    this.#isTrpcListening = false;
    this.#socket.removeAllListeners();
  }

  /** What tRPC does where it listens; it also says that a stream which was beginning has stopped. */
  #stopIfAsked(messages: readonly unknown[]): boolean {
    const state = this.#state;
    // One that tRPC had heard of before the other went live begins while it listens no more.
    const head = state.kind === "beginning" && !this.#isTrpcListening ? state.head : this.#liveHead();
    if (head === undefined || !messages.some((message) => isStopOf(message, head))) return false;
    this.#release(state);
    if (state.kind === "live") this.#say(stoppedText(head));
    this.#state = this.#idle();
    return true;
  }

  #liveHead(): string | undefined {
    return this.#state.kind === "live" ? this.#state.receiver.head : undefined;
  }

  #idle(): State {
    const cancelTimeout = this.#host.scheduler.after(timing.subscribeWithinMs, () =>
      this.close(CloseCode.idle),
    );
    return { kind: "idle", cancelTimeout };
  }

  /** Lets go of what the state held. */
  #release(state: State): void {
    if (state.kind === "idle") state.cancelTimeout();
    if (state.kind === "beginning") state.stream.abort();
    if (state.kind === "live") this.#host.streams.leave(state.receiver);
    if (state.kind === "closing") state.cancelTerminate();
  }
}
