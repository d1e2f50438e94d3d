/** A server in a process of its own, and the clients that it holds, in others. */
import { createTestDatabase } from "#tests/support/postgres.ts";
import { z } from "zod";
import { Child } from "../gateway/asking.ts";
import { Door } from "../gateway/door.ts";
import { Memory, type Publishing } from "../gateway/server-child.ts";
import type { SideName } from "../gateway/sides.ts";
import { Returned } from "./holder-child.ts";

interface Options {
  side: SideName;
  /** Whose sockets take turns. */
  members: number;
  /** Processes that hold clients. */
  holders?: number;
}

/**
 * As `npm start` runs the server, with the collector within reach. Compiled code that nobody runs any more is kept: else it
 * goes some collections later, and several megabytes less look like connections that take nothing.
 */
const serverOptions = ["--max-semi-space-size=8", "--expose-gc", "--no-flush-bytecode"];

const child = (file: string, args: readonly string[] = [], execArgv: readonly string[] = []): Child =>
  new Child(new URL(file, import.meta.url), args, execArgv);

export class Gathering implements AsyncDisposable {
  readonly #server: Child;
  readonly #door: z.infer<typeof Door>;
  readonly #holders: readonly Child[];
  readonly #resources: AsyncDisposableStack;
  #opened = 0;

  private constructor(
    server: Child,
    door: z.infer<typeof Door>,
    { holders, resources }: { holders: readonly Child[]; resources: AsyncDisposableStack },
  ) {
    this.#server = server;
    this.#door = door;
    this.#holders = holders;
    this.#resources = resources;
  }

  static async open({ side, members, holders = 1 }: Options): Promise<Gathering> {
    await using stack = new AsyncDisposableStack();
    const database = stack.use(await createTestDatabase());
    const args = [side, database.connectionString, String(members)];
    const server = stack.use(child("../gateway/server-child.ts", args, serverOptions));
    const door = await server.ask("open", null, Door);
    const all = Array.from({ length: holders }, () => stack.use(child("holder-child.ts")));
    return new Gathering(server, door, { holders: all, resources: stack.move() });
  }

  /** So many connections more, each with a stream that has begun. Those of the member `first` and the following by turns. */
  async hold(sockets: number, first = this.#opened): Promise<void> {
    const each = Math.ceil(sockets / this.#holders.length);
    await Promise.all(
      this.#holders.map((holder, index) => {
        const own = Math.min(each, sockets - index * each);
        return holder.ask("open", { door: this.#door, sockets: own, first: first + index * each }, z.null());
      }),
    );
    this.#opened += sockets;
  }

  /** All that there are. */
  async leave(): Promise<void> {
    await Promise.all(this.#holders.map((holder) => holder.ask("leave", null, z.null())));
    this.#opened = 0;
  }

  memory(): Promise<z.infer<typeof Memory>> {
    return this.#server.ask("memory", null, Memory);
  }

  /** What the server's process has used in all. */
  cpuMs(): Promise<number> {
    return this.#server.ask("cpu", null, z.number());
  }

  /** When each was published. */
  publish(publishing: z.infer<typeof Publishing>): Promise<number[]> {
    return this.#server.ask("publish", publishing, z.array(z.number()));
  }

  /** Settles when everybody has got so many messages since the last `forget`; when the last one got each. */
  async received(messages: number): Promise<number[]> {
    const all = await Promise.all(
      this.#holders.map((holder) => holder.ask("receive", messages, z.array(z.number()))),
    );
    return Array.from({ length: messages }, (_, index) => Math.max(...all.map((times) => times[index] ?? 0)));
  }

  async forget(): Promise<void> {
    await Promise.all(this.#holders.map((holder) => holder.ask("forget", null, z.null())));
  }

  /** Everybody is cut off at once and comes back at once. */
  async cut(isResuming: boolean): Promise<{ cutAtMs: number; backAtMs: number }> {
    const all = await Promise.all(
      this.#holders.map((holder) => holder.ask("return", { isResuming }, Returned)),
    );
    return {
      cutAtMs: Math.min(...all.map(({ cutAtMs }) => cutAtMs)),
      backAtMs: Math.max(...all.map(({ backAtMs }) => backAtMs)),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }
}
