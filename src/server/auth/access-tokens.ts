/**
 * Access tokens: JSON Web Tokens with HS256 and the claims sub, sid, iat and exp. Which algorithm a token names is checked
 * before its signature, and the signature before anything that it claims.
 */
import { HMAC } from "oslo/crypto";
import { createJWT, type JWT, parseJWT } from "oslo/jwt";
import { base64url } from "oslo/encoding";
import { z } from "zod";
import { SessionId, UserId } from "#shared/ids.ts";
import { timing } from "#shared/limits.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Actor } from "../trpc/context.ts";

export type CheckedToken =
  | { kind: "valid"; actor: Actor; expiresAtMs: number }
  | { kind: "expired" }
  | { kind: "invalid" };

export interface AccessTokens {
  issue(actor: Actor): Promise<{ token: string; expiresAt: Date }>;
  /** What the token itself says; whether its session still exists is another question. */
  check(token: string): Promise<CheckedToken>;
}

const algorithm = "HS256";
/** Ours have some 250 characters; nothing longer is worth decoding. */
const maxTokenLength = 1_000;

const Claims = z.strictObject({ sub: UserId, sid: SessionId, iat: z.int(), exp: z.int() });

const tryParse = (token: string): JWT | null => {
  try {
    return token.length <= maxTokenLength ? parseJWT(token) : null;
  } catch {
    return null;
  }
};

/** Undefined for what is no base64url: the token's parser does not look at the signature. */
const tryDecode = (signature: string): Uint8Array | undefined => {
  try {
    return base64url.decode(signature, { strict: false });
  } catch {
    return undefined;
  }
};

export const createAccessTokens = ({ secret, clock }: { secret: string; clock: Clock }): AccessTokens => {
  const key = new TextEncoder().encode(secret);
  const hmac = new HMAC("SHA-256");

  const isSigned = async ({ parts: [header, payload, signature] }: JWT): Promise<boolean> => {
    const given = tryDecode(signature);
    if (!given) return false;
    return hmac.verify(key, given, new TextEncoder().encode(`${header}.${payload}`));
  };

  return {
    async issue({ userId, sessionId }) {
      const iat = Math.floor(clock.nowMs() / 1_000);
      const exp = iat + timing.accessTokenSeconds;
      const token = await createJWT(algorithm, key, { sub: userId, sid: sessionId, iat, exp });
      return { token, expiresAt: new Date(exp * 1_000) };
    },

    async check(token) {
      const jwt = tryParse(token);
      if (jwt?.algorithm !== algorithm || !(await isSigned(jwt))) return { kind: "invalid" };
      const claims = Claims.safeParse(jwt.payload);
      if (!claims.success) return { kind: "invalid" };
      const { sub, sid, exp } = claims.data;
      const expiresAtMs = exp * 1_000;
      if (expiresAtMs <= clock.nowMs()) return { kind: "expired" };
      return { kind: "valid", actor: { userId: sub, sessionId: sid }, expiresAtMs };
    },
  };
};
