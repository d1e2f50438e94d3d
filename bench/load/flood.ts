/** What every flood is made of: who floods, for how long, how fast at most, and what became of it. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { type HttpCall, HttpLane } from "../http-lane.ts";

export const FloodOrder = z.object({
  kind: z.string(),
  port: z.number(),
  durationMs: z.number(),
  serverId: z.string(),
  channelId: z.string(),
  /** To a server of somebody else's. */
  inviteCode: z.string(),
  joinedServerId: z.string(),
  /** The flooder's own, new to the server. The first is a member of the server, the others of none. */
  accounts: z.array(z.object({ token: z.string(), address: z.string() })),
});
export type FloodOrder = z.infer<typeof FloodOrder>;

/** What came of it, and how often: statuses, close codes. */
export const Outcome = z.record(z.string(), z.number());

/** More than anybody's limits let through, and as much as such a flooder does not take the server's core for. */
const perSecond = 2_000;
const stepMs = 5;
const perStep = (perSecond * stepMs) / 1_000;

export class Flood {
  readonly order: FloodOrder;
  readonly outcome: Record<string, number> = {};
  readonly #endMs: number;
  readonly #waiting: (() => void)[] = [];
  readonly #over = Promise.withResolvers<never>();
  #permits = 0;

  constructor(order: FloodOrder) {
    this.order = order;
    this.#endMs = performance.now() + order.durationMs;
    this.#over.promise.catch(() => undefined);
  }

  get isOver(): boolean {
    return performance.now() >= this.#endMs;
  }

  /** Lets so much through as may be; returns when the time is over. */
  async pace(): Promise<void> {
    while (!this.isOver) {
      this.#permits = perStep;
      while (this.#permits > 0) {
        const next = this.#waiting.shift();
        if (!next) break;
        this.#permits -= 1;
        next();
      }
      await wait(stepMs);
    }
    for (const next of this.#waiting.splice(0)) next();
    this.#over.reject(new Error("the time is over"));
  }

  /** Rejects when the time is over: what the server lets wait is not waited for. */
  before<T>(answer: Promise<T>): Promise<T> {
    return Promise.race([answer, this.#over.promise]);
  }

  /** Its turn; false when the time is over. */
  async next(): Promise<boolean> {
    if (this.isOver) return false;
    if (this.#permits > 0) this.#permits -= 1;
    else
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    return !this.isOver;
  }

  count(what: string): void {
    this.outcome[what] = (this.outcome[what] ?? 0) + 1;
  }

  account(index: number): { token: string; address: string } {
    const account = this.order.accounts[index % this.order.accounts.length];
    if (!account) throw new Error("a flood needs an account");
    return account;
  }
}

interface OnLanes {
  lanes: number;
  addressOf: (lane: number) => string;
  callOf: (lane: number) => HttpCall;
}

/** Asks over so many connections, each as soon as its last answer is there. */
export const floodHttp = async (flood: Flood, { lanes, addressOf, callOf }: OnLanes): Promise<void> => {
  const run = async (index: number): Promise<void> => {
    let lane: HttpLane | undefined;
    while (await flood.next()) {
      try {
        if (!lane || lane.isClosed) lane = await HttpLane.open(flood.order.port, addressOf(index));
        flood.count(String((await flood.before(lane.ask(callOf(index)))).status));
      } catch {
        if (!flood.isOver) flood.count("hung up");
      }
    }
    lane?.close();
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => run(index)));
};
