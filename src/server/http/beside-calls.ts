/**
 * The limits of what is no call: files, pages, health, and requests that are refused before they become one. Each is cheap,
 * and a flood of them is not.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RateLimits } from "./rate-limits.ts";

const isCall = ({ routeOptions }: FastifyRequest): boolean =>
  routeOptions.url?.startsWith("/api/trpc/") ?? false;

/** Before the app has any route. */
export const limitBesideCalls = (
  app: FastifyInstance,
  { takeFile, delayRefusal }: Pick<RateLimits, "takeFile" | "delayRefusal">,
): void => {
  app.addHook("onRequest", async (request) => {
    if (!isCall(request)) await takeFile(request.ip);
  });
  app.addHook("onError", async (request, reply) => {
    if (!isCall(request)) return;
    // Else what is left of a long body would be read meanwhile, and after the answer.
    request.raw.pause();
    const isSlow = await delayRefusal(request.ip);
    if (isSlow) reply.header("connection", "close");
  });
};
