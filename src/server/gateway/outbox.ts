/**
 * Items that wait for their socket. What it must never do: hold more than its bound. Over it the connection is too slow,
 * is closed, and resumes from the event log, which keeps every entry once for all (GW11).
 */
import type { GatewayItem } from "../trpc/context.ts";

interface Waiting {
  item: GatewayItem;
  bytes: number;
}

/** What an item costs around its JSON: envelope, id, object headers. */
const envelopeBytes = 200;

export class Outbox {
  readonly #maxBytes: number;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** False when it is full; the item is not taken then. */
  push(item: GatewayItem, jsonLength: number): boolean {
    if (this.#isClosed) return true;
    const bytes = jsonLength + envelopeBytes;
    if (this.#bytes + bytes > this.#maxBytes) return false;
    this.#bytes += bytes;
    this.#waiting.push({ item, bytes });
    this.#wake?.();
    return true;
  }

  /** The next item, as soon as there is one; undefined once the outbox is closed. */
  async take(): Promise<GatewayItem | undefined> {
    while (!this.#isClosed) {
      const next = this.#waiting.shift();
      if (next) {
        this.#bytes -= next.bytes;
        return next.item;
      }
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#wake = () => resolve(undefined);
      await promise;
      this.#wake = undefined;
    }
    return undefined;
  }

  /** What waits is dropped. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#bytes = 0;
    this.#wake?.();
  }
}
