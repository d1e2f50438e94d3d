/** Many clients in one process (`plain-socket.ts`), which count and time what they are sent. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { answer, nowMs } from "./asking.ts";
import { Door } from "./door.ts";
import { PlainSocket } from "./plain-socket.ts";

export const Opening = Door.extend({ sockets: z.number() });

class Client {
  messages = 0;
  readonly #socket: PlainSocket;

  constructor(door: z.infer<typeof Opening>, index: number, onMessage: (client: Client) => void) {
    this.#socket = new PlainSocket({
      ...door,
      opening: door.openings[index % door.openings.length] ?? [],
      isReading: false,
      onMessage: () => onMessage(this),
      onClose: () => {
        throw new Error("the server has closed a socket");
      },
    });
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  lookAway(): void {
    this.#socket.lookAway();
  }

  look(): void {
    this.#socket.look();
  }
}

class Crowd {
  /** When each message came to each client, by the message's number since the last `forget`. */
  #arrivalsMs: number[][] = [];
  readonly #clients: Client[] = [];
  #wanted = 0;
  #onWanted: (() => void) | undefined;

  /** Opens some more; settles when they are open and have heard what they are told first. */
  async open(door: z.infer<typeof Opening>): Promise<void> {
    for (let index = 0; index < door.sockets; index += 1)
      this.#clients.push(new Client(door, index, (client) => this.#note(client)));
    await this.receive(door.leadMessages);
    while (!this.#clients.every(({ isOpen }) => isOpen)) await wait(10);
  }

  /** Settles when each client has got so many messages since the last `forget`. */
  async receive(messages: number): Promise<void> {
    if (messages === 0 || this.#isComplete(messages)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wanted = messages;
    this.#onWanted = resolve;
    await promise;
  }

  /** When they came, which is forgotten with it. */
  forget(): number[][] {
    const arrivalsMs = this.#arrivalsMs;
    this.#arrivalsMs = [];
    for (const client of this.#clients) client.messages = 0;
    return arrivalsMs;
  }

  /** What comes from now on stays in the sockets. */
  lookAway(): void {
    for (const client of this.#clients) client.lookAway();
  }

  look(): void {
    for (const client of this.#clients) client.look();
  }

  #note(client: Client): void {
    client.messages += 1;
    (this.#arrivalsMs[client.messages - 1] ??= []).push(nowMs());
    if (client.messages < this.#wanted || !this.#isComplete(this.#wanted)) return;
    this.#wanted = Number.POSITIVE_INFINITY;
    this.#onWanted?.();
  }

  #isComplete(messages: number): boolean {
    return this.#arrivalsMs[messages - 1]?.length === this.#clients.length;
  }
}

if (import.meta.main) {
  const crowd = new Crowd();
  answer({
    open: (argument) => crowd.open(Opening.parse(argument)),
    receive: (argument) => crowd.receive(z.number().parse(argument)),
    forget: () => crowd.forget(),
    lookAway: () => crowd.lookAway(),
    look: () => crowd.look(),
  });
}
