/** Where a request comes from, believing the proxies that we trust and nobody else. */
import type { IncomingMessage } from "node:http";
import proxyAddress from "@fastify/proxy-addr";

/** A number of proxies in front, or their addresses and ranges. */
export type TrustProxy = number | string[] | false;

/** Fastify's own form of it: a number of proxies is a number of hops from our side. */
export const toFastifyTrust = (trust: TrustProxy) =>
  typeof trust === "number" ? (_address: string, hop: number): boolean => hop < trust : trust;

/** For the upgrade of a socket, which Fastify does not see. */
export const createAddressReader = (trust: TrustProxy): ((request: IncomingMessage) => string) => {
  const fastifyTrust = toFastifyTrust(trust);
  const isTrusted =
    typeof fastifyTrust === "function" ? fastifyTrust : proxyAddress.compile(fastifyTrust || []);
  return (request) => proxyAddress(request, isTrusted);
};
