import type { TRPCClient } from "@trpc/client";
import type { SessionTransport } from "#shared/contract/auth.ts";
import { createEnvironment, type Environment } from "./environment.ts";
import { EventStream } from "./events/event-stream.ts";
import type { WebSocketConstructor } from "./events/gateway-socket.ts";
import { createApi, createAuthCalls, type Fetch, withTimeout } from "./http.ts";
import { createRetryPolicy, type RetryPolicy } from "./retry-policy.ts";
import type { TogetherRouter } from "./router-types.ts";
import { Session } from "./session.ts";

export interface TogetherClientOptions {
  /** Where Together is, without a path: `https://chat.example.org`. */
  url: string;
  /**
   * Where the refresh token lives: "cookie" in a browser, out of scripts' sight; "body" elsewhere, handed to
   * `onRefreshToken`.
   * @default "body"
   */
  session?: SessionTransport;
  /** A token that `onRefreshToken` was given in an earlier run. */
  refreshToken?: string;
  /** Called with each new refresh token (every one is good for one use: keep the newest), and with null at the end. */
  onRefreshToken?: (refreshToken: string | null) => void;
  /** @default the platform's */
  fetch?: Fetch;
  /** @default the platform's */
  WebSocket?: WebSocketConstructor;
  /** When to connect again, and to try a refresh again. @default 0.25 to 0.5 s at first, doubling up to 15 s */
  retryPolicy?: RetryPolicy;
  /** Told what a handler of events threw; the other handlers go on. @default it becomes an uncaught error */
  onHandlerError?: (error: unknown) => void;
  /** The page's signs of life and its locks. @default found on the platform */
  environment?: Environment;
}

export interface TogetherClient {
  readonly url: string;
  /** Every procedure, typed: `client.api.messages.send.mutate({ channelId, content })`. */
  readonly api: TRPCClient<TogetherRouter>;
  readonly session: Session;
  readonly events: EventStream;
  readonly environment: Environment;
  readonly retryPolicy: RetryPolicy;
  /** Disconnects and stops every timer. The session lives on at the server. */
  close: () => void;
}

const originOf = (url: string): string => url.replace(/\/+$/, "");

const throwUncaught = (error: unknown): void =>
  queueMicrotask(() => {
    throw error;
  });

/** A client of one Together server, for one account at a time. It opens nothing until it is asked to. */
export const createTogetherClient = (options: TogetherClientOptions): TogetherClient => {
  const url = originOf(options.url);
  const environment = options.environment ?? createEnvironment();
  const retryPolicy = options.retryPolicy ?? createRetryPolicy();
  const http = { url: `${url}/api/trpc`, fetch: withTimeout(options.fetch ?? fetch) };
  const session = new Session({
    calls: createAuthCalls(http),
    transport: options.session ?? "body",
    refreshToken: options.refreshToken,
    onRefreshToken: options.onRefreshToken,
    policy: retryPolicy,
    environment,
    lockName: `together-session:${url}`,
  });
  const events = new EventStream({
    url: `${url.replace(/^http/, "ws")}/gateway`,
    WebSocket: options.WebSocket ?? WebSocket,
    session,
    policy: retryPolicy,
    environment,
    onHandlerError: options.onHandlerError ?? throwUncaught,
  });
  events.on("READY", ({ user }) => session.setUser(user));
  events.on("USER_UPDATE", (user) => session.updateUser(user));
  const close = () => {
    events.close();
    session.close();
  };
  return { url, api: createApi({ ...http, session }), session, events, environment, retryPolicy, close };
};
