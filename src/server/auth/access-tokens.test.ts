import { describe, expect, it } from "vitest";
import { createHmac } from "node:crypto";
import { createIdSource } from "../kernel/id-source.ts";
import { systemClock } from "../kernel/clock.ts";
import { createAccessTokens } from "./access-tokens.ts";

const secret = "a secret of the tests, longer than 32 bytes";
const ids = createIdSource(systemClock);
const actor = { userId: ids.userId(), sessionId: ids.sessionId() };

const aClock = () => {
  let nowMs = 1_800_000_000_000;
  return { nowMs: () => nowMs, advance: (ms: number) => (nowMs += ms) };
};

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");

const sign = (header: object, payload: unknown, options: { key?: string; hash?: string } = {}): string => {
  const signed = `${encode(header)}.${encode(payload)}`;
  const hmac = createHmac(options.hash ?? "sha256", options.key ?? secret);
  return `${signed}.${hmac.update(signed).digest("base64url")}`;
};

const hs256 = { alg: "HS256", typ: "JWT" };
const iat = 1_800_000_000;
const claims = { sub: actor.userId, sid: actor.sessionId, iat, exp: iat + 900 };

describe("access tokens", () => {
  it("hold the claims sub, sid, iat and exp alone, signed with HS256, for 15 minutes", async () => {
    const { token, expiresAt } = await createAccessTokens({ secret, clock: aClock() }).issue(actor);
    const [header, payload] = token
      .split(".")
      .slice(0, 2)
      .map((part): unknown => JSON.parse(Buffer.from(part, "base64url").toString()));
    expect(header).toEqual(hs256);
    expect(payload).toEqual(claims);
    expect(expiresAt).toEqual(new Date((iat + 900) * 1_000));
  });

  it("give back whose they are", async () => {
    const tokens = createAccessTokens({ secret, clock: aClock() });
    const { token } = await tokens.issue(actor);
    expect(await tokens.check(token)).toEqual({ kind: "valid", actor, expiresAtMs: (iat + 900) * 1_000 });
  });

  it("expire to the millisecond", async () => {
    const clock = aClock();
    const tokens = createAccessTokens({ secret, clock });
    const { token } = await tokens.issue(actor);
    clock.advance(899_999);
    expect(await tokens.check(token)).toMatchObject({ kind: "valid" });
    clock.advance(1);
    expect(await tokens.check(token)).toEqual({ kind: "expired" });
  });

  it("are made by whoever knows the secret, and this is how the tests below make them", async () => {
    const tokens = createAccessTokens({ secret, clock: aClock() });
    expect(await tokens.check(sign(hs256, claims))).toMatchObject({ kind: "valid", actor });
  });

  it.each([
    ["another secret", sign(hs256, claims, { key: "another secret of at least 32 bytes" })],
    [
      "another secret, and expired",
      sign(hs256, { ...claims, exp: 1 }, { key: "another secret of 32 bytes" }),
    ],
    ["no algorithm", `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`],
    ["another algorithm", sign({ alg: "HS512", typ: "JWT" }, claims, { hash: "sha512" })],
    ["another algorithm's name alone", sign({ alg: "HS384", typ: "JWT" }, claims)],
    ["a public-key algorithm", sign({ alg: "RS256", typ: "JWT" }, claims)],
    ["no signature", `${encode(hs256)}.${encode(claims)}.`],
    ["a signature that is not base64url", `${encode(hs256)}.${encode(claims)}.!!!!`],
    ["a signature beyond ASCII", `${encode(hs256)}.${encode(claims)}.é`],
    ["no session", sign(hs256, { ...claims, sid: undefined })],
    ["a further claim", sign(hs256, { ...claims, admin: true })],
    ["no expiry", sign(hs256, { ...claims, exp: undefined })],
    ["an expiry that is text", sign(hs256, { ...claims, exp: "9999999999" })],
    ["a subject that is no id", sign(hs256, { ...claims, sub: "1" })],
    ["a payload that is no object", sign(hs256, "claims")],
    ["two parts", sign(hs256, claims).split(".").slice(0, 2).join(".")],
    ["nothing", ""],
    ["noise", "a.b.c"],
    ["too much", `${"x".repeat(100_000)}.y.z`],
  ])("are not good with %s", async (_what, token) => {
    const tokens = createAccessTokens({ secret, clock: aClock() });
    expect(await tokens.check(token)).toEqual({ kind: "invalid" });
  });
});
