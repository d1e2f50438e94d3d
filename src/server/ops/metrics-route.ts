/**
 * GET /metrics: for the machine itself, and for whoever carries METRICS_TOKEN. What it must never do: take for the machine
 * whom a proxy on it has let in. Such a request says so in its headers, whether the proxy is trusted or not.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { BlockList, isIP } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Registry } from "prom-client";
import { AppError } from "../kernel/app-error.ts";

interface Options {
  registry: Registry;
  /** None: the machine itself alone. */
  token: string | undefined;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** What proxies add; none of them is added by a program that asks directly. */
const forwardingHeaders = ["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host", "via"];

/** An IPv4 address in the form of IPv6 is compared as what it is. */
const isLoopback = (address: string): boolean =>
  isIP(address) !== 0 && loopback.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");

const isFromHere = ({ ip, headers, socket }: FastifyRequest): boolean =>
  isLoopback(ip) &&
  isLoopback(socket.remoteAddress ?? "") &&
  forwardingHeaders.every((name) => headers[name] === undefined);

const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest();

/** In a time that tells nothing of the token. */
const createTokenCheck = (token: string | undefined): ((request: FastifyRequest) => boolean) => {
  if (token === undefined) return () => false;
  const wanted = digestOf(token);
  return ({ headers: { authorization = "" } }) => {
    const [, given = ""] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
    return timingSafeEqual(digestOf(given), wanted);
  };
};

export const registerMetrics = (app: FastifyInstance, { registry, token }: Options): void => {
  const hasToken = createTokenCheck(token);
  app.get("/metrics", async (request, reply) => {
    if (!isFromHere(request) && !hasToken(request))
      throw new AppError("MISSING_PERMISSION", { permission: "METRICS" });
    const text = await registry.metrics();
    return reply.header("content-type", registry.contentType).header("cache-control", "no-store").send(text);
  });
};
