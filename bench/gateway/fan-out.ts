/** The sides and their crowds, and what is asked of them. */
import { z } from "zod";
import { Child } from "./asking.ts";
import { Door } from "./door.ts";
import type { Publishing } from "./server-child.ts";
import type { SideName } from "./sides.ts";

export const receivers = 500;
/** Two processes read faster than one, which 500 sockets keep busy for longer than the server. */
const crowds = 2;

export class FanOut implements Disposable {
  readonly #server: Child;
  readonly #crowds: readonly Child[];

  private constructor(server: Child, everyone: readonly Child[]) {
    this.#server = server;
    this.#crowds = everyone;
  }

  /** A server, and everybody connected. The database is for the side that has one. */
  static async open(name: SideName, connectionString: string): Promise<FanOut> {
    const child = (file: string, ...args: string[]): Child => new Child(new URL(file, import.meta.url), args);
    const everyone = Array.from({ length: crowds }, () => child("crowd-child.ts"));
    const fanOut = new FanOut(child("server-child.ts", name, connectionString, "1"), everyone);
    const door = await fanOut.#server.ask("open", null, Door);
    const sockets = receivers / crowds;
    await Promise.all(everyone.map((crowd) => crowd.ask("open", { ...door, sockets }, z.null())));
    return fanOut;
  }

  /** What the server's process has used in all. */
  cpuMs(): Promise<number> {
    return this.#server.ask("cpu", null, z.number());
  }

  /** Settles when everybody has everything; for each event, how long each receiver waited for it. */
  async publish(publishing: z.infer<typeof Publishing>): Promise<number[][]> {
    // Presence and the like, which came since.
    await this.#forget();
    const { events } = publishing;
    const received = this.#crowds.map((crowd) => crowd.ask("receive", events, z.null()));
    const atMs = await this.#server.ask("publish", publishing, z.array(z.number()));
    await Promise.all(received);
    const arrivalsMs = await this.#forget();
    return atMs.map((published, event) =>
      arrivalsMs.flatMap((crowd) => (crowd[event] ?? []).map((arrived) => arrived - published)),
    );
  }

  [Symbol.dispose](): void {
    for (const child of [...this.#crowds, this.#server]) child[Symbol.dispose]();
  }

  #forget(): Promise<number[][][]> {
    return Promise.all(this.#crowds.map((crowd) => crowd.ask("forget", null, z.array(z.array(z.number())))));
  }
}
