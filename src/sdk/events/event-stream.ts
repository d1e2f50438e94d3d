/**
 * The stream of everything that concerns the caller, over any number of connections: it owns the id to resume from (GW6),
 * hands each item on once and in order, and decides when to connect again. It never waits 0 (GW4), and it ends by itself
 * only with the session.
 */
import { CloseCode, mayReconnectAfter } from "#shared/close-codes.ts";
import type { EventOf, EventPayloads, EventType, GatewayEvent } from "#shared/events.ts";
import type { Environment, WakeSign } from "../environment.ts";
import { isSessionRefusal, retryAfterMsOf } from "../failure.ts";
import { type ReadableState, StateCell } from "../readable-state.ts";
import type { RetryPolicy } from "../retry-policy.ts";
import type { Session } from "../session.ts";
import type { GatewayItem } from "./gateway-item.ts";
import { GatewaySocket, type SocketEnd, type WebSocketConstructor } from "./gateway-socket.ts";

export type ConnectionState =
  | { kind: "idle" }
  /** `attempt` counts the failures since the last stable connection. */
  | { kind: "connecting"; attempt: number }
  | { kind: "live" }
  | { kind: "waiting"; attempt: number; retryAtMs: number };

/** A promise that rejects is reported like a throw; nothing waits for it. */
export type EventHandler<T extends EventType> = (
  payload: EventPayloads[T],
  id: string,
) => void | Promise<void>;
export type AnyEventHandler = (event: GatewayEvent, id: string) => void | Promise<void>;

export interface EventStreamOptions {
  url: string;
  WebSocket: WebSocketConstructor;
  session: Session;
  policy: RetryPolicy;
  environment: Environment;
  /** Told what a handler threw. */
  onHandlerError: (error: unknown) => void;
}

/** A connection that lasted this long was a good one: the next failure is a first one again. */
const stableAfterMs = 10_000;
/** A server that asks its clients to reconnect asks all of them at once; they come back spread over this time (GW15). */
const askedSpreadMs = 2_000;
/** The server counts connections and messages by the minute; how long it still is, a close code does not say. */
const rateLimitedWaitMs = 10_000;

const isOfType = <T extends EventType>(event: GatewayEvent, type: T): event is GatewayEvent & EventOf<T> =>
  event.t === type;

export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #connection = new StateCell<ConnectionState>({ kind: "idle" });
  readonly #handlers = new Set<AnyEventHandler>();
  readonly #stopListening: (() => void)[];
  #socket: GatewaySocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastEventId: string | null = null;
  #userId: string | undefined;
  readonly #waitBounds = new Set<{ maxMs: number }>();
  #isWanted = false;
  #attempt = 0;
  #failingSinceMs = 0;
  #liveSinceMs = 0;
  /** Grows with each connection and each stop, so that a token that arrives late opens nothing. */
  #generation = 0;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#stopListening = [
      options.session.state.subscribe(() => this.#followSession()),
      options.environment.onWake((sign) => this.#wake(sign)),
    ];
  }

  get connection(): ReadableState<ConnectionState> {
    return this.#connection;
  }

  /** The id that the next connection resumes from. */
  get lastEventId(): string | null {
    return this.#lastEventId;
  }

  /** Connects, and stays connected for as long as somebody is signed in; with nobody signed in, from the sign-in on. */
  start(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#followSession();
  }

  /** Disconnects until the next start, which resumes where this ended if the server still can. */
  stop(): void {
    this.#isWanted = false;
    this.#disconnect();
  }

  /** Calls the handler with the payload of each event of this type. Returns the way to stop. */
  on<T extends EventType>(type: T, handler: EventHandler<T>): () => void {
    return this.onAny((event, id) => (isOfType(event, type) ? handler(event.d, id) : undefined));
  }

  /** Calls the handler with each event, in order. Returns the way to stop. */
  onAny(handler: AnyEventHandler): () => void {
    // Its own function, so that the same handler may be added twice and taken away once.
    const own: AnyEventHandler = (event, id) => handler(event, id);
    this.#handlers.add(own);
    return () => {
      this.#handlers.delete(own);
    };
  }

  /**
   * Keeps every wait for the next try below this, for somebody to whom seconds count; what the server asked for is waited
   * all the same. Returns the way to stop.
   */
  boundWaits(maxMs: number): () => void {
    const bound = { maxMs };
    this.#waitBounds.add(bound);
    return () => {
      this.#waitBounds.delete(bound);
    };
  }

  close(): void {
    this.stop();
    for (const stopListening of this.#stopListening) stopListening();
    this.#handlers.clear();
  }

  #followSession(): void {
    const state = this.#options.session.state.get();
    const userId = state.kind === "signed-in" ? state.user.id : undefined;
    if (state.kind === "restoring") return;
    if (userId !== this.#userId) {
      // Another account must neither resume this one's stream nor hear the rest of it.
      this.#disconnect();
      this.#lastEventId = null;
      this.#userId = userId;
    }
    if (userId !== undefined && this.#isWanted && this.#connection.get().kind === "idle")
      void this.#connect();
  }

  #disconnect(): void {
    this.#generation += 1;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = undefined;
    this.#attempt = 0;
    this.#connection.set({ kind: "idle" });
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#timer);
    this.#generation += 1;
    const generation = this.#generation;
    this.#connection.set({ kind: "connecting", attempt: this.#attempt });
    try {
      const token = await this.#options.session.findAccessToken();
      if (generation !== this.#generation || token === null) return;
      this.#open(token);
    } catch {
      if (generation === this.#generation) this.#retry();
    }
  }

  #open(token: string): void {
    const { WebSocket, url } = this.#options;
    const onEnd = (end: SocketEnd) => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      void this.#afterEnd(end, token);
    };
    const socket = new GatewaySocket({
      WebSocket,
      url,
      token,
      lastEventId: this.#lastEventId,
      onItem: (item) => this.#receive(item),
      onEnd,
    });
    this.#socket = socket;
  }

  #receive({ id, event }: GatewayItem): void {
    this.#lastEventId = id;
    if (this.#connection.get().kind !== "live") {
      this.#liveSinceMs = Date.now();
      this.#connection.set({ kind: "live" });
    }
    if (!event) return;
    for (const handler of [...this.#handlers]) {
      try {
        const outcome = handler(event, id);
        if (outcome) outcome.catch((error: unknown) => this.#options.onHandlerError(error));
      } catch (error) {
        // One handler's fault keeps nothing from the others.
        this.#options.onHandlerError(error);
      }
    }
  }

  async #afterEnd(end: SocketEnd, token: string): Promise<void> {
    if (this.#connection.get().kind === "live" && Date.now() - this.#liveSinceMs >= stableAfterMs)
      this.#attempt = 0;
    const isRefused =
      (end.kind === "refused" && isSessionRefusal(end.failure)) ||
      (end.kind === "closed" && !mayReconnectAfter(end.code));
    if (isRefused && !(await this.#renewToken(token))) return;
    this.#retry({ extraMs: extraWaitMsOf(end) });
  }

  /** False when there is nothing more to do here: the session has ended, or the stream was stopped meanwhile. */
  async #renewToken(token: string): Promise<boolean> {
    this.#generation += 1;
    const generation = this.#generation;
    this.#connection.set({ kind: "connecting", attempt: this.#attempt });
    const isSignedIn = await this.#options.session.renew(token).then(
      (renewed) => renewed !== null,
      () => true,
    );
    return isSignedIn && generation === this.#generation;
  }

  #retry({ extraMs }: { extraMs: number } = { extraMs: 0 }): void {
    if (this.#attempt === 0) this.#failingSinceMs = Date.now();
    const progress = { attempt: this.#attempt, elapsedMs: Date.now() - this.#failingSinceMs };
    const delayMs = this.#options.policy.nextDelayMs(progress);
    if (delayMs === null) return this.stop();
    this.#attempt += 1;
    this.#waitFor(this.#boundWait(delayMs) + extraMs);
  }

  #boundWait(delayMs: number): number {
    const maxMs = Math.min(...[...this.#waitBounds].map((bound) => bound.maxMs));
    // Shortened by chance as the policy's waits are, so that those with a bound do not come back at the same moment.
    return delayMs <= maxMs ? delayMs : Math.max(1, Math.round(maxMs * (0.5 + Math.random() / 2)));
  }

  #waitFor(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), delayMs);
    this.#connection.set({ kind: "waiting", attempt: this.#attempt, retryAtMs: Date.now() + delayMs });
  }

  #wake(sign: WakeSign): void {
    const { kind } = this.#connection.get();
    if (kind === "live") this.#socket?.probe();
    // Shortly, not at once: every page of a machine that wakes up hears this in the same moment.
    else if (kind === "waiting" && sign !== "offline") this.#waitFor(50 + Math.random() * 200);
  }
}

const extraWaitMsOf = (end: SocketEnd): number => {
  if (end.kind === "asked-to-reconnect") return Math.random() * askedSpreadMs;
  if (end.kind === "refused") return retryAfterMsOf(end.failure) ?? 0;
  return end.kind === "closed" && end.code === CloseCode.rateLimited ? rateLimitedWaitMs : 0;
};
