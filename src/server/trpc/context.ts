/**
 * What a procedure knows of its call. The project's own types alone: what stands here becomes part of the type AppRouter,
 * and so of every client's program.
 */
import type { GatewayEvent } from "#shared/events.ts";
import type { SessionId, UserId } from "#shared/ids.ts";
import type { Services } from "../services.ts";

/** Who acts: the user, and the session they act through. */
export interface Actor {
  userId: UserId;
  sessionId: SessionId;
}

export type Principal =
  | { kind: "user"; actor: Actor }
  | { kind: "anonymous"; reason: "UNAUTHENTICATED" | "TOKEN_EXPIRED" | "UNAVAILABLE" };

/** The refresh token's cookie, for browsers: scripts cannot read it. */
export interface RefreshCookie {
  read(): string | undefined;
  write(token: string, expiresAt: Date): void;
  clear(): void;
}

/** The device that calls. */
export interface Caller {
  /** Its address, through trusted proxies alone. */
  address: string;
  userAgent: string | null;
}

export interface StreamRequest {
  actor: Actor;
  /** The newest item that the client has; null at the first connection. */
  lastEventId: string | null;
  /** The JSON that each answer to the request begins with. */
  head: string;
  signal: AbortSignal;
}

/** One end of the gateway, as the subscription sees it. */
export interface GatewayPort {
  /**
   * The items that the stream begins with, in order. What happens then is written to the socket itself; the iteration only
   * lasts on, until the signal, or the end of the connection's rights.
   */
  stream(request: StreamRequest): AsyncIterable<GatewayItem>;
}

export interface GatewayItem {
  id: string;
  event: GatewayEvent;
}

export interface Context {
  requestId: string;
  principal: Principal;
  caller: Caller;
  refreshCookie: RefreshCookie;
  /** Null over HTTP. */
  gateway: GatewayPort | null;
  services: Services;
}
