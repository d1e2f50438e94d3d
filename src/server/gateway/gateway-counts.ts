/**
 * What the gateway has done since it began, as plain numbers: an event goes to hundreds of sockets, and counting it must
 * cost an addition each. Whoever wants to know reads them (`ops/metrics.ts`).
 */
import type { jsonEncoder } from "@trpc/server/adapters/ws";
import { closeCodes } from "#shared/close-codes.ts";

/** Ours, and those of browsers, proxies and dropped networks; a client may send any other. */
const countedCodes = new Set([...Object.keys(closeCodes), "1000", "1002", "1005", "1006", "1009"]);

const add = <K>(counts: Map<K, number>, key: K): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

export class GatewayCounts {
  messagesSent = 0;
  messagesReceived = 0;
  /** By close code. */
  readonly closes = new Map<string, number>();
  /** Upgrades that were refused, by status; sockets over the limit of their address too, as 429. */
  readonly refusals = new Map<string, number>();

  addClose(code: number): void {
    const text = String(code);
    add(this.closes, countedCodes.has(text) ? text : "other");
  }

  addRefusal(status: number): void {
    add(this.refusals, String(status));
  }
}

/** Counts what tRPC sends; live events are written past it, and counted where that is done. */
export const countingEncoder = (encoder: typeof jsonEncoder, counts: GatewayCounts): typeof jsonEncoder => ({
  encode: (data) => {
    counts.messagesSent += 1;
    return encoder.encode(data);
  },
  decode: (data) => encoder.decode(data),
});
