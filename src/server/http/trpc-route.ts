/** tRPC over HTTP: the token and the request limit are looked at once a request, however many calls its batch has. */
import { type FastifyHandlerOptions, fastifyRequestHandler } from "@trpc/server/adapters/fastify";
import type { AnyTRPCRouter, TRPCError } from "@trpc/server";
import type { ResponseMetaFn } from "@trpc/server/http";
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  preHandlerHookHandler,
} from "fastify";
import { timing } from "#shared/limits.ts";
import { httpRouter } from "../app-router.ts";
import { AppError, isAppError } from "../kernel/app-error.ts";
import { noteRequestUser } from "../kernel/logger.ts";
import type { Services } from "../services.ts";
import type { Context, RefreshCookie } from "../trpc/context.ts";
import { toTrpcError } from "../trpc/init.ts";
import { type CallRequest, createDirectCalls } from "./direct-calls.ts";
import type { RateLimits } from "./rate-limits.ts";

interface Options {
  /** Default: all that is served over HTTP. */
  router?: AnyTRPCRouter;
  services: Services;
  rateLimits: RateLimits;
  isSecure: boolean;
}

const cookieName = "together_refresh";
const cookiePath = "/api/trpc";

/** More than a screen asks for at once: a batch counts as one request, however much work it is. */
const maxBatchCalls = 50;

/**
 * tRPC also takes forms, whose size it does not bound, and fails on a method that the platform's Request does not know.
 * @throws UNSUPPORTED_MEDIA, INVALID_INPUT
 */
const requireJson: onRequestHookHandler = ({ method, headers }, _reply, done) => {
  if (method === "TRACE")
    throw new AppError("INVALID_INPUT", { issues: [{ path: "", message: "no call is made by TRACE" }] });
  const detected = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "none";
  if (method !== "GET" && method !== "HEAD" && method !== "OPTIONS" && detected !== "application/json")
    throw new AppError("UNSUPPORTED_MEDIA", { detected: detected.slice(0, 100) });
  done();
};

/** A call without input may come without a body; tRPC would take that for JSON that breaks off. */
const takeNothingAsEmpty: preHandlerHookHandler = (request, _reply, done) => {
  const isEmpty = request.body === undefined || request.body === null || request.body === "";
  if (isEmpty) request.body = "{}";
  done();
};

const retryAfterMsOf = ({ cause }: TRPCError): number =>
  isAppError(cause) && "retryAfterMs" in cause.params ? cause.params.retryAfterMs : 0;

/** tRPC's, and what answers to other origins depend on: left to itself it takes that out again. */
const vary = "origin, trpc-accept, accept";

/** For proxies and simple programs: what they understand without reading the body. */
const headersOf = (errors: readonly TRPCError[]): Record<string, string> => {
  const retryAfterMs = Math.max(0, ...errors.map(retryAfterMsOf));
  return { vary, ...(retryAfterMs > 0 && { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) }) };
};

const responseMeta: ResponseMetaFn<AnyTRPCRouter> = ({ errors, info }) => ({
  // tRPC leaves the type out where it cannot tell what was asked.
  headers: { ...headersOf(errors), ...(!info && { "content-type": "application/json" }) },
});

const refreshCookieOf = (request: FastifyRequest, reply: FastifyReply, isSecure: boolean): RefreshCookie => {
  const attributes = { path: cookiePath, httpOnly: true, sameSite: "strict", secure: isSecure } as const;
  return {
    read: () => request.cookies[cookieName],
    write: (token) =>
      void reply.setCookie(cookieName, token, { ...attributes, maxAge: timing.refreshTokenSeconds }),
    clear: () => void reply.clearCookie(cookieName, attributes),
  };
};

const bearerOf = (request: FastifyRequest): string | undefined => {
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  return scheme?.toLowerCase() === "bearer" ? token : undefined;
};

export const registerTrpc = async (
  app: FastifyInstance,
  { router = httpRouter, services, rateLimits, isSecure }: Options,
): Promise<void> => {
  const createContext = async ({
    req,
    res,
  }: {
    req: FastifyRequest;
    res: FastifyReply;
  }): Promise<Context> => {
    try {
      const principal = await services.auth.authenticate(bearerOf(req));
      if (principal.kind === "user") noteRequestUser(principal.actor.userId);
      await rateLimits.takeRequest(principal.kind === "user" ? principal.actor.userId : req.ip);
      return {
        requestId: req.id,
        principal,
        caller: { address: req.ip, userAgent: req.headers["user-agent"]?.slice(0, 400) ?? null },
        refreshCookie: refreshCookieOf(req, res, isSecure),
        gateway: null,
        services,
      };
    } catch (error) {
      throw isAppError(error) ? toTrpcError(error) : error;
    }
  };

  const stock = {
    router,
    createContext,
    maxBatchSize: maxBatchCalls,
    responseMeta,
  } satisfies FastifyHandlerOptions<AnyTRPCRouter, FastifyRequest, FastifyReply>;
  const answerDirectly = createDirectCalls({ router, maxBatchCalls, createContext, headersOf });

  await app.register(async (scope) => {
    scope.addHook("onRequest", requireJson);
    scope.addHook("preHandler", takeNothingAsEmpty);
    scope.removeContentTypeParser("application/json");
    scope.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) =>
      done(null, body),
    );
    scope.all(
      "/api/trpc/:path",
      (req: CallRequest, res) =>
        answerDirectly(req, res) ?? fastifyRequestHandler({ ...stock, req, res, path: req.params.path }),
    );
  });
};
