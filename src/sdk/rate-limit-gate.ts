/**
 * What the server has said about the account's limits, for all calls of one client: while it says that it would refuse a
 * call, nobody asks, and whoever waits goes on together with the others, in one batch. A limit that is for all calls shuts
 * the gate for all of them, another one for the queries of the same procedure.
 */
import type { ReasonParams } from "#shared/errors.ts";

interface Shut {
  askedMs: number;
  /** When the server serves again. */
  untilMs: number;
  /** When queries that wait here go on. */
  goOnMs: number;
}

/** A call, as far as it matters here. */
export interface GatedCall {
  path: string;
  type: "query" | "mutation" | "subscription";
}

export interface ShutGate {
  /** Until the server serves such calls again. */
  retryAfterMs: number;
  /** Until the queries that wait here go on: not in the same moment as those of the account's other clients. */
  goOnInMs: number;
  isForAllCalls: boolean;
}

/** The account's other tabs and devices wait for the same moment. */
const spreadMs = 500;

export class RateLimitGate {
  readonly #random: () => number;
  readonly #byPath = new Map<string, Shut>();
  #all: Shut | undefined;
  #owner: string | undefined;

  /** @param random from 0 to 1, for tests */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Takes down what the server refused a call of this account with; undefined: of nobody who is signed in. */
  shut(
    owner: string | undefined,
    { path, type }: GatedCall,
    { retryAfterMs, isForAllCalls }: ReasonParams["RATE_LIMITED"],
  ): void {
    this.#follow(owner);
    const untilMs = Date.now() + retryAfterMs;
    const shut = { askedMs: retryAfterMs, untilMs, goOnMs: untilMs + this.#random() * spreadMs };
    if (isForAllCalls) this.#all = later(this.#all, shut);
    // The limit of a change may be that of what it changes: another one may well be served.
    else if (type === "query") this.#byPath.set(path, later(this.#byPath.get(path), shut));
  }

  /** Whether the server would refuse the call, as far as it has said; undefined: it may be asked. */
  findShut(owner: string | undefined, { path, type }: GatedCall): ShutGate | undefined {
    this.#follow(owner);
    const nowMs = Date.now();
    const isShut = (shut: Shut | undefined): shut is Shut => shut !== undefined && isAhead(shut, nowMs, type);
    const ofPath = this.#byPath.get(path);
    const shut = [this.#all, type === "query" ? ofPath : undefined]
      .filter(isShut)
      .toSorted((a, b) => b.goOnMs - a.goOnMs)[0];
    if (!shut) return undefined;
    return {
      retryAfterMs: Math.max(1, Math.ceil(shut.untilMs - nowMs)),
      goOnInMs: Math.ceil(shut.goOnMs - nowMs),
      isForAllCalls: shut === this.#all,
    };
  }

  /** The limits are the account's; what one was refused is nothing to the next. */
  #follow(owner: string | undefined): void {
    if (owner === this.#owner) return;
    this.#owner = owner;
    this.#all = undefined;
    this.#byPath.clear();
  }
}

/** Calls of one batch are refused one after the other, for the same moment: they go on together. */
const later = (known: Shut | undefined, shut: Shut): Shut =>
  known && known.goOnMs >= shut.untilMs && known.untilMs - Date.now() <= known.askedMs ? known : shut;

/** A wait that has grown is one whose clock was set back. */
const isAhead = ({ askedMs, untilMs, goOnMs }: Shut, nowMs: number, type: GatedCall["type"]): boolean =>
  untilMs - nowMs <= askedMs && (type === "query" ? goOnMs : untilMs) > nowMs;
