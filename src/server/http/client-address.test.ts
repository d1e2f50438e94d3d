import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import fastify from "fastify";
import { describe, expect, it } from "vitest";
import { createAddressReader, toFastifyTrust, type TrustProxy } from "./client-address.ts";

interface Asked {
  trust: TrustProxy;
  from: string;
  forwardedFor?: string;
}

const addressOf = ({ trust, from, forwardedFor }: Asked): string => {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: from });
  const request = new IncomingMessage(socket);
  if (forwardedFor !== undefined) request.headers["x-forwarded-for"] = forwardedFor;
  return createAddressReader(trust)(request);
};

/** The same question to Fastify, which has its own reading of the header. */
const addressByFastify = async ({ trust, from, forwardedFor }: Asked): Promise<string> => {
  await using app = fastify({ trustProxy: toFastifyTrust(trust) });
  app.get("/", (request) => request.ip);
  const headers = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
  return (await app.inject({ url: "/", headers, remoteAddress: from })).body;
};

const cases: [name: string, asked: Asked, address: string][] = [
  ["no proxy", { trust: false, from: "192.0.2.1" }, "192.0.2.1"],
  [
    "a spoofed header without a proxy",
    { trust: false, from: "192.0.2.1", forwardedFor: "198.51.100.7" },
    "192.0.2.1",
  ],
  ["one proxy", { trust: 1, from: "10.0.0.1", forwardedFor: "192.0.2.1" }, "192.0.2.1"],
  [
    "one proxy that appended to a spoofed header",
    { trust: 1, from: "10.0.0.1", forwardedFor: "198.51.100.7, 192.0.2.1" },
    "192.0.2.1",
  ],
  [
    "two proxies that appended to a spoofed header",
    { trust: 2, from: "10.0.0.1", forwardedFor: "198.51.100.7, 192.0.2.1, 10.0.0.2" },
    "192.0.2.1",
  ],
  ["one proxy that says nothing", { trust: 1, from: "10.0.0.1" }, "10.0.0.1"],
  ["a proxy in a range", { trust: ["10.0.0.0/8"], from: "10.1.2.3", forwardedFor: "192.0.2.1" }, "192.0.2.1"],
  [
    "a proxy in a range that appended to a spoofed header",
    { trust: ["10.0.0.0/8"], from: "10.1.2.3", forwardedFor: "10.9.9.9, 192.0.2.1" },
    "192.0.2.1",
  ],
  [
    "a header from outside of the range",
    { trust: ["10.0.0.0/8"], from: "192.0.2.1", forwardedFor: "198.51.100.7" },
    "192.0.2.1",
  ],
  [
    "an IPv4 proxy on a socket for both families",
    { trust: ["127.0.0.1"], from: "::ffff:127.0.0.1", forwardedFor: "192.0.2.1" },
    "192.0.2.1",
  ],
  ["an IPv6 proxy", { trust: ["fd00::/8"], from: "fd00::5", forwardedFor: "2001:db8::1" }, "2001:db8::1"],
  ["no trusted address at all", { trust: [], from: "10.0.0.1", forwardedFor: "192.0.2.1" }, "10.0.0.1"],
];

describe("where a request comes from", () => {
  it.each(cases)("is right for a socket behind %s", (_, asked, address) => {
    expect(addressOf(asked)).toBe(address);
  });

  it.each(cases)("is right for a request behind %s", async (_, asked, address) => {
    expect(await addressByFastify(asked)).toBe(address);
  });
});
