/** Those who just talk, in a process of their own: each with a socket, and a connection to send by. */
import { setTimeout as wait } from "node:timers/promises";
import { uuidv7 } from "uuidv7";
import { z } from "zod";
import { answer } from "../gateway/asking.ts";
import { HttpLane } from "../http-lane.ts";
import { EventSocket } from "./event-socket.ts";

export const Opening = z.object({
  port: z.number(),
  channelId: z.string(),
  members: z.array(z.object({ token: z.string(), address: z.string() })),
});
type Opening = z.infer<typeof Opening>;

export const Talk = z.object({ durationMs: z.number(), perSecond: z.number() });

export const Heard = z.object({
  /** From a message's sending to its answer. */
  answersMs: z.array(z.number()),
  /** From a message's sending to each socket. */
  receiptsMs: z.array(z.number()),
  /** What was refused. */
  refused: z.number(),
  /** What did not come to a socket. */
  lost: z.number(),
});
export type Heard = z.infer<typeof Heard>;

const content = "The tide comes in at six tonight, so bring the boat round to the north steps before then.";
const nonceMark = '"nonce":"';
const nonceLength = 36;
/** For the last ones to arrive, under whatever load. */
const patienceMs = 10_000;

class Members {
  #channelId = "";
  #tokens: string[] = [];
  #open: (() => Promise<HttpLane>)[] = [];
  #lanes: HttpLane[] = [];
  #socketCount = 0;
  #heard: Heard = { answersMs: [], receiptsMs: [], refused: 0, lost: 0 };
  readonly #sentMs = new Map<string, number>();

  async open({ port, channelId, members }: Opening): Promise<void> {
    this.#channelId = channelId;
    this.#tokens = members.map(({ token }) => token);
    this.#open = members.map(
      ({ address }) =>
        () =>
          HttpLane.open(port, address),
    );
    this.#lanes = await Promise.all(this.#open.map((open) => open()));
    await Promise.all(
      members.map(({ token, address }) =>
        EventSocket.open({ port, address, token, onText: (payload) => this.#hear(payload) }),
      ),
    );
    this.#socketCount = members.length;
  }

  async talk({ durationMs, perSecond }: z.infer<typeof Talk>): Promise<Heard> {
    this.#heard = { answersMs: [], receiptsMs: [], refused: 0, lost: 0 };
    this.#sentMs.clear();
    const startMs = performance.now();
    const total = Math.round((durationMs / 1_000) * perSecond);
    const under: Promise<void>[] = [];
    for (let index = 0; index < total; index += 1) {
      await wait(Math.max(0, startMs + (index * 1_000) / perSecond - performance.now()));
      under.push(this.#send(index));
    }
    await Promise.all(under);
    const heard = this.#heard;
    const wanted = (total - heard.refused) * this.#socketCount;
    const endMs = performance.now() + patienceMs;
    while (heard.receiptsMs.length < wanted && performance.now() < endMs) await wait(5);
    return { ...heard, lost: wanted - heard.receiptsMs.length };
  }

  async #send(index: number): Promise<void> {
    const place = index % this.#lanes.length;
    const token = this.#tokens[place];
    const lane = await this.#findLane(place);
    if (!lane) return;
    const nonce = uuidv7();
    const body = JSON.stringify({ channelId: this.#channelId, content, nonce });
    const sentMs = performance.now();
    this.#sentMs.set(nonce, sentMs);
    const call = { path: "/api/trpc/messages.send", token, body };
    const isSent = await lane.ask(call).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (isSent) this.#heard.answersMs.push(performance.now() - sentMs);
    else this.#heard.refused += 1;
  }

  /** A connection that was idle for long is closed by the server. */
  async #findLane(place: number): Promise<HttpLane | undefined> {
    const lane = this.#lanes[place];
    if (!lane?.isClosed) return lane;
    const opened = await this.#open[place]?.();
    if (opened) this.#lanes[place] = opened;
    return opened;
  }

  #hear(payload: Buffer): void {
    const at = payload.indexOf(nonceMark);
    if (at < 0) return;
    const from = at + nonceMark.length;
    const sentMs = this.#sentMs.get(payload.toString("latin1", from, from + nonceLength));
    if (sentMs !== undefined) this.#heard.receiptsMs.push(performance.now() - sentMs);
  }
}

if (import.meta.main) {
  const members = new Members();
  answer({
    open: (argument) => members.open(Opening.parse(argument)),
    talk: (argument) => members.talk(Talk.parse(argument)),
  });
}
