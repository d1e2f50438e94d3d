/** Writes one message after the other, each again and again until the server has acknowledged it, and remembers every answer. */
import { setTimeout as wait } from "node:timers/promises";
import { uuidv7 } from "uuidv7";
import { z } from "zod";
import { type ChannelId, MessageId } from "#shared/ids.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import type { TestUser } from "#tests/support/builders.ts";

/** To one try: "sent", the refusal's reason, or why there was no answer. */
export interface Answer {
  startedMs: number;
  tookMs: number;
  outcome: string;
}

interface Options {
  url: string;
  name: string;
  user: TestUser;
  channelId: ChannelId;
  /** From one message to the next. */
  everyMs: number;
  /** Of a message, at least; 0: a few words. */
  textLength: number;
}

const Sent = z.object({ id: MessageId });
/** Beyond any promise. */
const patienceMs = 60_000;
const retryMs = 200;

export class Writer {
  readonly acknowledged = new Map<MessageId, string>();
  readonly answers: Answer[] = [];
  readonly #options: Options;
  readonly #running: Promise<void>;
  #isStopping = false;

  constructor(options: Options) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Resolves when what is under way has been acknowledged. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { name, everyMs, textLength } = this.#options;
    for (let count = 1; !this.#isStopping; count += 1) {
      const [content, nonce] = [`${name}, message ${count}`.padEnd(textLength, "."), uuidv7()];
      // As long as it takes: a message of which nobody knows is the fault that is looked for.
      for (;;) {
        const outcome = await this.#try(content, nonce);
        if (outcome === "sent") break;
        await wait(retryMs);
      }
      await wait(everyMs * (0.5 + Math.random()));
    }
  }

  async #try(content: string, nonce: string): Promise<string> {
    const startedMs = performance.now();
    const outcome = await this.#send(content, nonce).catch((error: unknown) =>
      error instanceof Error && error.name === "TimeoutError" ? "no answer" : "no connection",
    );
    this.answers.push({ startedMs, tookMs: performance.now() - startedMs, outcome });
    return outcome;
  }

  async #send(content: string, nonce: string): Promise<string> {
    const { url, user, channelId } = this.#options;
    const token = await user.token();
    const { data, status, reason } = await callRaw(url, {
      type: "mutation",
      path: "messages.send",
      input: { channelId, content, nonce },
      token,
      signal: AbortSignal.timeout(patienceMs),
    });
    if (reason === "TOKEN_EXPIRED") await user.client.session.renew(token);
    if (status !== 200) return reason ?? `status ${status}`;
    this.acknowledged.set(Sent.parse(data).id, content);
    return "sent";
  }
}
