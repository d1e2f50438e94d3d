/** tRPC over HTTP: the token and the request limit are looked at once a request, however many calls its batch has. */
import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from "@trpc/server/adapters/fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { timing } from "#shared/limits.ts";
import { appRouter } from "../app-router.ts";
import { isAppError } from "../kernel/app-error.ts";
import type { Services } from "../services.ts";
import type { Context, RefreshCookie } from "../trpc/context.ts";
import { toTrpcError } from "../trpc/init.ts";
import type { RateLimits } from "./rate-limits.ts";

interface Options {
  services: Services;
  rateLimits: RateLimits;
  isSecure: boolean;
}

const cookieName = "together_refresh";
const cookiePath = "/api/trpc";

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
  { services, rateLimits, isSecure }: Options,
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
      if (!isAppError(error)) throw error;
      const { detail } = error;
      if (detail.reason === "RATE_LIMITED")
        res.header("retry-after", String(Math.ceil(detail.params.retryAfterMs / 1_000)));
      throw toTrpcError(error);
    }
  };

  await app.register(fastifyTRPCPlugin, {
    prefix: "/api/trpc",
    trpcOptions: { router: appRouter, createContext },
  } satisfies FastifyTRPCPluginOptions<typeof appRouter>);
};
