/**
 * One socket's end: its limits (GW2, GW3, GW4), and the one stream that it may carry at a time. Made when the socket has
 * opened; closes once, and tells once.
 */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { CloseCode, closeCodes } from "#shared/close-codes.ts";
import { timing } from "#shared/limits.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Scheduler } from "../kernel/scheduler.ts";
import type { GatewayItem, GatewayPort, StreamRequest } from "../trpc/context.ts";
import type { EventStreams } from "./event-streams.ts";
import type { GatewayCounts } from "./gateway-counts.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Frame } from "./live-frames.ts";
import { MessageLimit } from "./message-limit.ts";
import type { Link } from "./receiver.ts";
import type { TurnWrites } from "./turn-writes.ts";

interface Options {
  socket: WebSocket;
  /** What the socket writes to. */
  transport: Duplex;
  turnWrites: TurnWrites;
  counts: Pick<GatewayCounts, "messagesSent">;
  streams: EventStreams;
  clock: Clock;
  scheduler: Scheduler;
  messagesPerMinute: number;
}

type State =
  | { kind: "idle"; cancelTimeout: () => void }
  | { kind: "streaming"; stream: AbortController }
  /** Our close frame has left; the other end has some time to answer it. */
  | { kind: "closing"; cancelTerminate: () => void }
  | { kind: "closed" };

/** Enough for the close code to arrive behind what was written before it; then the memory is wanted back. */
const closeGraceMs = 5_000;

/** The stock client sends all that it has to ask in one message. */
const countRequests = (text: string): number => {
  if (!text.startsWith("[")) return 1;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? Math.max(1, parsed.length) : 1;
  } catch {
    return 1;
  }
};

export class Connection implements GatewayPort, Link {
  /** With what we closed it; undefined while it is open, and when the other end did. */
  closeCode: CloseCode | undefined;
  readonly #options: Options;
  readonly #limit: MessageLimit;
  readonly #heartbeat: Heartbeat;
  #state: State;

  constructor(options: Options) {
    const { socket, clock, scheduler } = options;
    this.#options = options;
    this.#limit = new MessageLimit(clock, options.messagesPerMinute);
    this.#heartbeat = new Heartbeat({
      clock,
      scheduler,
      ping: () => socket.ping(),
      onDead: () => socket.terminate(),
    });
    this.#state = this.#idle();
    socket.on("message", (data) => this.#hear(Buffer.isBuffer(data) ? data : undefined));
    for (const sign of ["ping", "pong"] as const) socket.on(sign, () => this.#heartbeat.beat());
    // What is no WebSocket frame, or too long a one: ws closes the socket by itself.
    socket.on("error", () => undefined);
    socket.once("close", () => this.#end());
  }

  /** A later stream takes the place of the one before. */
  async *stream(request: StreamRequest): AsyncGenerator<GatewayItem, void, undefined> {
    if (this.#state.kind === "closing" || this.#state.kind === "closed") return;
    this.#release(this.#state);
    const stream = new AbortController();
    this.#state = { kind: "streaming", stream };
    try {
      const signal = AbortSignal.any([request.signal, stream.signal]);
      yield* this.#options.streams.open({ ...request, link: this, signal });
    } finally {
      if (this.#state.kind === "streaming" && this.#state.stream === stream) this.#state = this.#idle();
    }
  }

  /** Says why; a socket that does not answer is cut after a moment. */
  close(code: CloseCode): void {
    const before = this.#state;
    if (before.kind === "closing" || before.kind === "closed") return;
    const { socket, scheduler } = this.#options;
    this.closeCode = code;
    this.#heartbeat.close();
    this.#state = {
      kind: "closing",
      cancelTerminate: scheduler.after(closeGraceMs, () => socket.terminate()),
    };
    // Nothing that still comes in is worth an answer.
    socket.removeAllListeners("message");
    socket.close(code, closeCodes[code].reason);
    // After the close frame: a stream that ends while its socket is open would tell the client that all is said.
    this.#release(before);
  }

  /** Without a word, for what does not answer. */
  terminate(): void {
    this.#options.socket.terminate();
  }

  get outstandingBytes(): number {
    return this.#options.transport.writableLength;
  }

  /** Between the frames that ws writes: it writes each as a whole and at once, since nothing is compressed. */
  write(frame: Frame): void {
    const { socket, transport, turnWrites, counts } = this.#options;
    // From its first close frame on, ours or theirs, a socket carries nothing more.
    if (socket.readyState !== socket.OPEN) return;
    turnWrites.hold(transport);
    transport.write(frame);
    counts.messagesSent += 1;
  }

  whenWritable(): Promise<void> | undefined {
    const { transport } = this.#options;
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

  #hear(data: Buffer | undefined): void {
    this.#heartbeat.beat();
    if (!this.#limit.take(countRequests(data?.toString() ?? ""))) this.close(CloseCode.rateLimited);
  }

  #idle(): State {
    const cancelTimeout = this.#options.scheduler.after(timing.subscribeWithinMs, () =>
      this.close(CloseCode.idle),
    );
    return { kind: "idle", cancelTimeout };
  }

  #end(): void {
    const before = this.#state;
    this.#state = { kind: "closed" };
    this.#heartbeat.close();
    this.#release(before);
  }

  /** Lets go of what the state held. */
  #release(state: State): void {
    if (state.kind === "idle") state.cancelTimeout();
    if (state.kind === "streaming") state.stream.abort();
    if (state.kind === "closing") state.cancelTerminate();
  }
}
