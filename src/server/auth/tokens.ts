/** Secrets that are handed out: 256 random bits, of which the database keeps a hash alone. */
import { sha256 } from "oslo/crypto";
import { base64url, encodeHex } from "oslo/encoding";

const tokenBytes = 32;

export const createToken = (): string =>
  base64url.encode(crypto.getRandomValues(new Uint8Array(tokenBytes)), { includePadding: false });

/** SHA-256, hexadecimal. */
export const hashToken = async (token: string): Promise<string> =>
  encodeHex(await sha256(new TextEncoder().encode(token)));
