/** Everybody of a community online, with a socket each, on a gateway in a process of its own. */
import { z } from "zod";
import { Child } from "../gateway/asking.ts";
import { Door } from "../gateway/door.ts";

/** Few enough to lie in the sockets' buffers when the readers are slow, so that nobody is closed for it. */
const events = 10;
/** For each process that reads, one after the other: 5,000 at once would be a storm, which is another question. */
const socketsAtOnce = 1_000;

export class Crowd implements Disposable {
  readonly #server: Child;
  readonly #readers: Child[] = [];

  private constructor(server: Child) {
    this.#server = server;
  }

  static async open(sockets: number, connectionString: string): Promise<Crowd> {
    const child = (file: string, ...args: string[]): Child =>
      new Child(new URL(`../gateway/${file}`, import.meta.url), args);
    const crowd = new Crowd(child("server-child.ts", "together", connectionString, "1"));
    const door = await crowd.#server.ask("open", null, Door);
    for (let open = 0; open < sockets; open += socketsAtOnce) {
      const reader = child("crowd-child.ts");
      crowd.#readers.push(reader);
      await reader.ask("open", { ...door, sockets: Math.min(socketsAtOnce, sockets - open) }, z.null());
    }
    return crowd;
  }

  /** The server's CPU in ms for each message that comes alone, until everybody has it. */
  async measure(): Promise<number> {
    await this.#askReaders("forget");
    const before = await this.#cpuMs();
    const received = this.#askReaders("receive", events);
    await this.#server.ask("publish", { events, perTurn: 1, everyMs: 0 }, z.unknown());
    await received;
    return ((await this.#cpuMs()) - before) / events;
  }

  [Symbol.dispose](): void {
    for (const child of [...this.#readers, this.#server]) child[Symbol.dispose]();
  }

  #askReaders(name: string, argument: unknown = null): Promise<unknown> {
    return Promise.all(this.#readers.map((reader) => reader.ask(name, argument, z.unknown())));
  }

  #cpuMs(): Promise<number> {
    return this.#server.ask("cpu", null, z.number());
  }
}
