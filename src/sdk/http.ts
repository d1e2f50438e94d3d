/** Calls over HTTP: the typed client, with tokens that renew themselves, and the few calls that a session is made of. */
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  type Operation,
  type TRPCClient,
  TRPCClientError,
  type TRPCLink,
} from "@trpc/client";
import { observable, type Unsubscribable } from "@trpc/server/observable";
import { type CallFailure, isSessionRefusal, reasonOf, retryAfterMsOf } from "./failure.ts";
import type { TogetherRouter } from "./router-types.ts";
import type { AuthCalls, Session } from "./session.ts";

interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body: string | null;
  signal: AbortSignal;
}
/** As much of `fetch` as is used; a browser's and Node's fit. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;
interface FetchAnswer {
  json: () => Promise<unknown>;
  ok: boolean;
  status: number;
}
type TrpcFetch = NonNullable<Parameters<typeof httpLink>[0]["fetch"]>;

/** Longer than any call takes, shorter than a dead network's own end (minutes). */
const requestTimeoutMs = 20_000;
/** Proxies and servers cut longer addresses. */
const maxUrlLength = 2_000;
const maxBatchItems = 20;
/** Longer waits are the caller's to decide. */
const longestRateLimitWaitMs = 30_000;

/** Ends a call that has no answer in time: a network can die without telling. */
export const withTimeout =
  (fetch: Fetch, timeoutMs = requestTimeoutMs): TrpcFetch =>
  (input, { method = "GET", headers = {}, body, signal } = {}) => {
    const limit = AbortSignal.timeout(timeoutMs);
    const call: FetchInit = {
      method,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body: typeof body === "string" ? body : null,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    };
    return fetch(String(input), call);
  };

const bearer = (token: unknown): Record<string, string> =>
  typeof token === "string" ? { authorization: `Bearer ${token}` } : {};

/** The calls of `auth` that make and end sessions, without batching: a slow password check delays nobody else. */
export const createAuthCalls = (options: { url: string; fetch: TrpcFetch }): AuthCalls => {
  const { auth } = createTRPCClient<TogetherRouter>({
    links: [httpLink({ ...options, headers: ({ op }) => bearer(op.context["accessToken"]) })],
  });
  const as = (accessToken: string | null) => ({ context: { accessToken } });
  return {
    register: (input) => auth.register.mutate(input),
    login: (input) => auth.login.mutate(input),
    refresh: (input) => auth.refresh.mutate(input),
    logout: (accessToken) => auth.logout.mutate(undefined, as(accessToken)),
    logoutAll: (accessToken) => auth.logoutAll.mutate(undefined, as(accessToken)),
  };
};

type SecondTry = { kind: "none" } | { kind: "now"; token: string } | { kind: "after"; delayMs: number };

const planSecondTry = async (
  { session, op, token }: { session: Session; op: Operation; token: string | null },
  failure: CallFailure,
): Promise<SecondTry> => {
  if (isSessionRefusal(failure) && token !== null) {
    const renewed = await session.renew(token);
    return renewed === null ? { kind: "none" } : { kind: "now", token: renewed };
  }
  const delayMs = retryAfterMsOf(failure);
  if (op.type !== "query" || delayMs === undefined || delayMs > longestRateLimitWaitMs)
    return { kind: "none" };
  return { kind: "after", delayMs: delayMs + Math.random() * 250 };
};

const wait = (delayMs: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, delayMs);
  return promise;
};

/**
 * Gives each call a fresh token, and a second try where that is safe and may help: a refused token is renewed (the call
 * was not carried out), and a query waits as long as the rate limit says.
 */
const sessionLink =
  (session: Session): TRPCLink<TogetherRouter> =>
  () =>
  ({ op, next }) =>
    observable((observer) => {
      let current: Unsubscribable | undefined;
      let isCancelled = false;
      const fail = (error: unknown) =>
        observer.error(TRPCClientError.from(error instanceof Error ? error : new Error("the call failed")));

      const attempt = (token: string | null, onError: (error: TRPCClientError<TogetherRouter>) => void) => {
        if (isCancelled) return;
        current = next({ ...op, context: { ...op.context, accessToken: token } }).subscribe({
          next: (value) => observer.next(value),
          complete: () => observer.complete(),
          error: onError,
        });
      };
      const tryAgain = async (error: TRPCClientError<TogetherRouter>, token: string | null) => {
        try {
          const plan = await planSecondTry({ session, op, token }, reasonOf(error));
          if (plan.kind === "none") return observer.error(error);
          if (plan.kind === "after") await wait(plan.delayMs);
          attempt(plan.kind === "now" ? plan.token : token, (second) => observer.error(second));
        } catch (unreachable) {
          fail(unreachable);
        }
      };

      session.findAccessToken().then((token) => attempt(token, (error) => void tryAgain(error, token)), fail);
      return () => {
        isCancelled = true;
        current?.unsubscribe();
      };
    });

/** Every procedure, typed by the server's own router. */
export const createApi = ({
  url,
  fetch,
  session,
}: {
  url: string;
  fetch: TrpcFetch;
  session: Session;
}): TRPCClient<TogetherRouter> =>
  createTRPCClient<TogetherRouter>({
    links: [
      sessionLink(session),
      httpBatchLink({
        url,
        fetch,
        maxURLLength: maxUrlLength,
        maxItems: maxBatchItems,
        headers: ({ opList }) => bearer(opList[0].context["accessToken"]),
      }),
    ],
  });
