/**
 * With what the answers to a request begin: its id, and the protocol's version where the client gave one. tRPC tells its
 * adapter this and no procedure, but live events are written past the adapter (`live-frames.ts`); so it travels with the
 * input, under a key that no client can send.
 */
import { jsonEncoder } from "@trpc/server/adapters/ws";

const headKey = Symbol("what the answers begin with");

type Unread = Record<PropertyKey, unknown>;

const isRecord = (value: unknown): value is Unread =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The stock client's first request, and our library's: one text for all, since each connection holds on to its own. */
const usualHead = '{"id":1';

/** An object's text that still wants its end. */
const headOf = ({ id, jsonrpc }: Unread): string => {
  const head = JSON.stringify({ id, jsonrpc }).slice(0, -1);
  return head === usualHead ? usualHead : head;
};

const mark = (message: unknown): unknown => {
  if (!isRecord(message) || !isSubscription(message) || !isRecord(message["params"])) return message;
  const input = message["params"]["input"] ?? {};
  // What is no object is no input of ours: the procedure says so.
  if (!isRecord(input)) return message;
  return { ...message, params: { ...message["params"], input: { ...input, [headKey]: headOf(message) } } };
};

/** tRPC's own JSON, with the head in the input of each subscription. */
export const headedEncoder: typeof jsonEncoder = {
  encode: (data) => jsonEncoder.encode(data),
  decode: (data) => {
    const decoded = jsonEncoder.decode(data);
    return Array.isArray(decoded) ? decoded.map(mark) : mark(decoded);
  },
};

/** One message of a socket may carry several; none where it is not JSON. */
export const readMessages = (text: string): readonly unknown[] => {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch {
    return [];
  }
};

/** Whether the message begins a stream. */
export const isSubscription = (message: unknown): boolean =>
  isRecord(message) && message["method"] === "subscription";

/** Whether the message ends the subscription whose answers begin with `head`; for tRPC the id alone says so. */
export const isStopOf = (message: unknown, head: string): boolean => {
  if (!isRecord(message) || message["method"] !== "subscription.stop") return false;
  const byId = headOf({ id: message["id"] });
  return head === byId || head.startsWith(`${byId},`);
};

/** As tRPC says that a subscription is over. */
export const stoppedText = (head: string): string => `${head},"result":{"type":"stopped"}}`;

/** Undefined for an input that did not come through the encoder. */
export const findHead = (rawInput: unknown): string | undefined => {
  const head = isRecord(rawInput) ? rawInput[headKey] : undefined;
  return typeof head === "string" ? head : undefined;
};
