/** The sides and their crowds, and what is asked of them. */
import { z } from "zod";
import { Child } from "./asking.ts";
import { Door } from "./door.ts";
import type { Publishing } from "./server-child.ts";
import type { SideName } from "./sides.ts";

export const receivers = 500;
/**
 * A tenth reads whatever comes as soon as it comes, and the others, when time is taken, later: 500 that read at once would
 * take the two cores from the server for longer than it writes, and what is asked is when a message is in the socket.
 */
const watching = 50;
/** Watchers are every tenth, so that they stand for all places of a server's loop. */
const blocks = 10;

const start = (file: string, ...args: string[]): Child => new Child(new URL(file, import.meta.url), args);

/** When each event came to each client. */
const forget = (crowd: Child): Promise<number[][]> => crowd.ask("forget", null, z.array(z.array(z.number())));

export class FanOut implements Disposable {
  readonly #server: Child;
  readonly #watchers: Child;
  readonly #others: Child;

  private constructor(server: Child) {
    this.#server = server;
    this.#watchers = start("crowd-child.ts");
    this.#others = start("crowd-child.ts");
  }

  /** A server, and everybody connected. The database is for the side that has one. */
  static async open(name: SideName, connectionString: string): Promise<FanOut> {
    const fanOut = new FanOut(start("server-child.ts", name, connectionString, "1"));
    const door = await fanOut.#server.ask("open", null, Door);
    for (let block = 0; block < blocks; block += 1) {
      const others = { ...door, sockets: (receivers - watching) / blocks };
      await fanOut.#others.ask("open", others, z.null());
      await fanOut.#watchers.ask("open", { ...door, sockets: watching / blocks }, z.null());
    }
    return fanOut;
  }

  /** What the server's process has used in all. */
  cpuMs(): Promise<number> {
    return this.#server.ask("cpu", null, z.number());
  }

  /** Settles when everybody has everything. */
  async publish(publishing: z.infer<typeof Publishing>): Promise<void> {
    const received = await this.#begin(publishing);
    await this.#server.ask("publish", publishing, z.array(z.number()));
    await Promise.all([received.watchers(), received.others()]);
  }

  /** For each event, how long each watcher waited for it. */
  async time(publishing: z.infer<typeof Publishing>): Promise<number[][]> {
    const received = await this.#begin(publishing);
    await this.#others.ask("lookAway", null, z.null());
    const atMs = await this.#server.ask("publish", publishing, z.array(z.number()));
    await received.watchers();
    await this.#others.ask("look", null, z.null());
    await received.others();
    const arrivalsMs = await forget(this.#watchers);
    return atMs.map((published, event) => (arrivalsMs[event] ?? []).map((arrived) => arrived - published));
  }

  [Symbol.dispose](): void {
    for (const child of [this.#watchers, this.#others, this.#server]) child[Symbol.dispose]();
  }

  /** Ways to wait for those who are to receive all events. */
  async #begin({ events }: z.infer<typeof Publishing>) {
    // Presence and the like, which came since.
    await Promise.all([forget(this.#watchers), forget(this.#others)]);
    const receive = (crowd: Child) => {
      const received = crowd.ask("receive", events, z.null());
      return () => received;
    };
    return { watchers: receive(this.#watchers), others: receive(this.#others) };
  }
}
