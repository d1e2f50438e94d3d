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
import { reasons } from "#shared/errors.ts";
import { type CallFailure, isSessionRefusal, reasonOf } from "./failure.ts";
import { RateLimitGate, type ShutGate } from "./rate-limit-gate.ts";
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
/**
 * In all, for one query, before it is refused with RATE_LIMITED: somebody may be looking at an empty screen meanwhile, and
 * after some three seconds wants to be told. Turns at the server are over within it, a minute's limit hardly ever.
 */
const longestSilentWaitMs = 3_000;

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

interface LinkParts {
  session: Session;
  gate: RateLimitGate;
}
interface Tried extends LinkParts {
  op: Operation;
  token: string | null;
  /** How long it has been held back already. */
  waitedMs: number;
}

const ownerOf = ({ session }: LinkParts): string | undefined => {
  const state = session.state.get();
  return state.kind === "signed-in" ? state.user.id : undefined;
};

const noteLimit = (parts: LinkParts, op: Operation, error: unknown): void => {
  const failure = reasonOf(error);
  if (failure.reason === "RATE_LIMITED") parts.gate.shut(ownerOf(parts), op, failure.params);
};

const planSecondTry = async (tried: Tried, failure: CallFailure): Promise<SecondTry> => {
  const { session, gate, op, token, waitedMs } = tried;
  if (isSessionRefusal(failure) && token !== null) {
    const renewed = await session.renew(token);
    return renewed === null ? { kind: "none" } : { kind: "now", token: renewed };
  }
  if (failure.reason !== "RATE_LIMITED" || op.type !== "query") return { kind: "none" };
  const delayMs = gate.findShut(ownerOf(tried), op)?.goOnInMs ?? 0;
  return waitedMs + delayMs <= longestSilentWaitMs ? { kind: "after", delayMs } : { kind: "none" };
};

/** As the server would refuse the call. */
const refusalOf = ({ path }: Operation, { retryAfterMs, isForAllCalls }: ShutGate) => {
  const { code, httpStatus } = reasons.RATE_LIMITED;
  const params = { retryAfterMs, ...(isForAllCalls && { isForAllCalls }) };
  const data = { code, httpStatus, path, reason: "RATE_LIMITED", params };
  return TRPCClientError.from<TogetherRouter>({ error: { message: "RATE_LIMITED", code: -32_029, data } });
};

/** Waits while the server would refuse the call. @returns how long, in ms. @throws RATE_LIMITED when that is too long */
const passGate = async (parts: LinkParts, op: Operation): Promise<number> => {
  const shut = parts.gate.findShut(ownerOf(parts), op);
  if (!shut) return 0;
  if (op.type !== "query" || shut.goOnInMs > longestSilentWaitMs) throw refusalOf(op, shut);
  await wait(shut.goOnInMs);
  return shut.goOnInMs;
};

const wait = (delayMs: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, delayMs);
  return promise;
};

/**
 * Gives each call a fresh token, and a second try where that is safe and may help: a refused token is renewed (the call
 * was not carried out), and a query waits for a limit that soon allows it. What the server is known to refuse is not asked.
 */
const sessionLink =
  (parts: LinkParts): TRPCLink<TogetherRouter> =>
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
          error: (error) => {
            noteLimit(parts, op, error);
            onError(error);
          },
        });
      };
      const tryAgain = async (error: TRPCClientError<TogetherRouter>, tried: Tried) => {
        try {
          const plan = await planSecondTry(tried, reasonOf(error));
          if (plan.kind === "none") return observer.error(error);
          if (plan.kind === "after") await wait(plan.delayMs);
          attempt(plan.kind === "now" ? plan.token : tried.token, (second) => observer.error(second));
        } catch (unreachable) {
          fail(unreachable);
        }
      };
      const begin = async (): Promise<void> => {
        const token = await parts.session.findAccessToken();
        const waitedMs = await passGate(parts, op);
        attempt(token, (error) => void tryAgain(error, { ...parts, op, token, waitedMs }));
      };

      begin().catch(fail);
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
      sessionLink({ session, gate: new RateLimitGate() }),
      httpBatchLink({
        url,
        fetch,
        maxURLLength: maxUrlLength,
        maxItems: maxBatchItems,
        headers: ({ opList }) => bearer(opList[0].context["accessToken"]),
      }),
    ],
  });
