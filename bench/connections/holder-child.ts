/** Many subscribed clients in one process, who notice when an event is lost, comes twice or comes in the wrong order. */
import { z } from "zod";
import { answer, nowMs } from "../gateway/asking.ts";
import { Door } from "../gateway/door.ts";
import { PlainSocket } from "../gateway/plain-socket.ts";
import { subscription } from "../gateway/subscription.ts";

/** More of the same; `first` is the number of the first one, among those of all processes. */
const Opening = z.object({ door: Door, sockets: z.number(), first: z.number() });

const Return = z.object({ isResuming: z.boolean() });

/** When they were cut, and when the last of them had RESUMED or READY. */
export const Returned = z.object({ cutAtMs: z.number(), backAtMs: z.number() });

/** As many as a server lets in from one address. */
const socketsPerAddress = 10;
/** Connecting at a time, so that all that is measured is the server's work and not a queue before its door. */
const openingAtOnce = 50;

const addressOf = (index: number): string => {
  const network = Math.floor(index / socketsPerAddress);
  return `127.1.${network >> 8}.${network & 255}`;
};

/** What an item of the stream says of itself, without parsing all of it. */
const eventName = (text: string): string | undefined => /"t":"([A-Z_]+)"/.exec(text.slice(0, 200))?.[1];
const eventId = (text: string): string | undefined => /"id":"([^"]+)"\}\}$/.exec(text.slice(-100))?.[1];

class Client {
  readonly #door: z.infer<typeof Door>;
  readonly #index: number;
  readonly #onMessage: (messages: number) => void;
  #socket: PlainSocket | undefined;
  #begun = Promise.withResolvers<void>();
  #lastEventId: string | undefined;
  #lastSequence = 0;
  messages = 0;

  constructor(door: z.infer<typeof Door>, index: number, onMessage: (messages: number) => void) {
    this.#door = door;
    this.#index = index;
    this.#onMessage = onMessage;
  }

  /** Settles when the stream has begun; on a server that knows no streams, when the socket is open. */
  open(lastEventId?: string): Promise<void> {
    const { openings, leadMessages } = this.#door;
    const opening = openings[this.#index % openings.length] ?? [];
    this.#begun = Promise.withResolvers();
    this.#socket = new PlainSocket({
      ...this.#door,
      opening: lastEventId ? [...opening.slice(0, -1), subscription("gateway.events", lastEventId)] : opening,
      localAddress: addressOf(this.#index),
      isReading: true,
      onOpen: () => {
        if (leadMessages === 0) this.#begun.resolve();
      },
      onMessage: (text) => this.#hear(text),
      onClose: (socket) => {
        if (socket === this.#socket) throw new Error("the server has closed a socket");
      },
    });
    return this.#begun.promise;
  }

  cut(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.cut();
  }

  /** Comes back at once. */
  reopen(isResuming: boolean): Promise<void> {
    return this.open(isResuming ? this.#lastEventId : undefined);
  }

  #hear(text: string): void {
    const name = eventName(text);
    if (name === undefined && text.includes('"error"')) throw new Error(`refused: ${text}`);
    if (name === "RESYNC") throw new Error("what was missed could not be told");
    const id = eventId(text);
    this.#lastEventId = id ?? this.#lastEventId;
    if (name === "READY" || name === "RESUMED") this.#begun.resolve();
    if (name === "MESSAGE_CREATE") this.#count(Number(id?.split("-")[1]));
  }

  #count(sequence: number): void {
    if (sequence <= this.#lastSequence) throw new Error("an event came twice, or in the wrong order");
    this.#lastSequence = sequence;
    this.messages += 1;
    this.#onMessage(this.messages);
  }
}

class Holder {
  readonly #clients: Client[] = [];
  /** For each message since the last `forget`: how many have it, and when the last of them got it. */
  #arrivals: { count: number; lastMs: number }[] = [];
  #wanted = Number.POSITIVE_INFINITY;
  #onWanted: (() => void) | undefined;

  async open({ door, sockets, first }: z.infer<typeof Opening>): Promise<void> {
    const added = Array.from(
      { length: sockets },
      (_, index) => new Client(door, first + index, (messages) => this.#note(messages)),
    );
    this.#clients.push(...added);
    const rest = added.values();
    const openSome = async (): Promise<void> => {
      for (const client of rest) await client.open();
    };
    await Promise.all(Array.from({ length: openingAtOnce }, openSome));
  }

  /** Settles when each client has got so many messages since the last `forget`; when the last one got each. */
  async receive(messages: number): Promise<number[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wanted = messages;
    this.#onWanted = resolve;
    if (this.#hasAll(messages)) resolve();
    await promise;
    return this.#arrivals.map(({ lastMs }) => lastMs);
  }

  forget(): void {
    this.#arrivals = [];
    for (const client of this.#clients) client.messages = 0;
  }

  /** All are cut at once, and come back at once. */
  async return({ isResuming }: z.infer<typeof Return>): Promise<z.infer<typeof Returned>> {
    const cutAtMs = nowMs();
    for (const client of this.#clients) client.cut();
    await Promise.all(this.#clients.map((client) => client.reopen(isResuming)));
    return { cutAtMs, backAtMs: nowMs() };
  }

  leave(): void {
    for (const client of this.#clients.splice(0)) client.cut();
  }

  #note(messages: number): void {
    const arrival = (this.#arrivals[messages - 1] ??= { count: 0, lastMs: 0 });
    arrival.count += 1;
    arrival.lastMs = nowMs();
    if (messages === this.#wanted && this.#hasAll(messages)) this.#onWanted?.();
  }

  #hasAll(messages: number): boolean {
    return this.#arrivals[messages - 1]?.count === this.#clients.length;
  }
}

if (import.meta.main) {
  const holder = new Holder();
  answer({
    open: (argument) => holder.open(Opening.parse(argument)),
    receive: (argument) => holder.receive(z.number().parse(argument)),
    forget: () => holder.forget(),
    return: (argument) => holder.return(Return.parse(argument)),
    leave: () => holder.leave(),
  });
}
