import type { EventType, GatewayEvent } from "#shared/events.ts";

/** One item of the stream: the event, and the id that the stream resumes from. */
export interface GatewayItem {
  id: string;
  /** Undefined for an event that this version does not know: its id counts, its content does not. */
  event: GatewayEvent | undefined;
}

/** What the server can say on the socket, in tRPC's protocol, as far as one subscription needs it. */
export type GatewayFrame =
  | { kind: "item"; item: GatewayItem }
  | { kind: "started" }
  | { kind: "stopped" }
  | { kind: "refused"; error: unknown }
  | { kind: "reconnect" }
  | { kind: "ping" }
  | { kind: "other" };

/** A record, so that a new event of the contract does not compile until it is listed. */
const known: Record<EventType, true> = {
  READY: true,
  RESUMED: true,
  RESYNC: true,
  MESSAGE_CREATE: true,
  MESSAGE_UPDATE: true,
  MESSAGE_DELETE: true,
  MESSAGE_BULK_DELETE: true,
  CHANNEL_CREATE: true,
  CHANNEL_UPDATE: true,
  CHANNEL_DELETE: true,
  SERVER_CREATE: true,
  SERVER_UPDATE: true,
  SERVER_DELETE: true,
  MEMBER_JOIN: true,
  MEMBER_UPDATE: true,
  MEMBER_LEAVE: true,
  ROLE_CREATE: true,
  ROLE_UPDATE: true,
  ROLE_DELETE: true,
  VOICE_STATE_UPDATE: true,
  VOICE_SPEAKING: true,
  VOICE_CONSUMERS: true,
  VOICE_CONSUMERS_CLOSED: true,
  VOICE_PRODUCER_CLOSED: true,
  VOICE_RIGHTS: true,
  VOICE_REJOIN: true,
  VOICE_END: true,
  PRESENCE_UPDATE: true,
  TYPING_START: true,
  REACTION_ADD: true,
  REACTION_REMOVE: true,
  MESSAGE_PIN: true,
  MESSAGE_UNPIN: true,
  READ_UPDATE: true,
  USER_UPDATE: true,
  ME_UPDATE: true,
  INVITE_CREATE: true,
  INVITE_DELETE: true,
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isGatewayEvent = (value: unknown): value is GatewayEvent =>
  isRecord(value) &&
  typeof value["t"] === "string" &&
  Object.hasOwn(known, value["t"]) &&
  isRecord(value["d"]);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const parseResult = (result: Record<string, unknown>): GatewayFrame => {
  if (result["type"] === "started" || result["type"] === "stopped") return { kind: result["type"] };
  const tracked = result["data"];
  if (!isRecord(tracked) || typeof tracked["id"] !== "string") return { kind: "other" };
  const event = isGatewayEvent(tracked["data"]) ? tracked["data"] : undefined;
  return { kind: "item", item: { id: tracked["id"], event } };
};

/** Reads one message of the socket; what cannot be read is "other", never an exception. */
export const parseFrame = (data: unknown): GatewayFrame => {
  if (typeof data !== "string") return { kind: "other" };
  if (data === "PING") return { kind: "ping" };
  const message = parseJson(data);
  if (!isRecord(message)) return { kind: "other" };
  if (message["method"] === "reconnect") return { kind: "reconnect" };
  if (isRecord(message["error"])) return { kind: "refused", error: message["error"] };
  return isRecord(message["result"]) ? parseResult(message["result"]) : { kind: "other" };
};
