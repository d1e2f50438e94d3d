import type { Duplex } from "node:stream";

/** Holds back what sockets write in one turn of the event loop, so that it leaves in one write each (GW10). */
export class TurnWrites {
  #held: Duplex[] = [];

  /** Until the turn's end. */
  hold(transport: Duplex): void {
    if (transport.writableCorked > 0) return;
    transport.cork();
    // Behind all that the turn still hears from other sockets and the database.
    if (this.#held.push(transport) === 1) setImmediate(() => this.#release());
  }

  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const transport of held) transport.uncork();
  }
}
