import { randomBytes } from "node:crypto";

/** Crockford's base 32: no i, l, o or u, which are misread, misheard, or make words. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
/** 50 random bits: at a thousand guesses a second a server with 200 invites is found after centuries. */
const codeLength = 10;

export const createInviteCode = (): string =>
  // 256 is a multiple of 32: every sign is as likely as any other.
  Array.from(randomBytes(codeLength), (byte) => alphabet.charAt(byte % alphabet.length)).join("");

/** The code that was meant, however it was typed. */
export const normalizeInviteCode = (typed: string): string =>
  typed.toLowerCase().replaceAll("o", "0").replaceAll(/[il]/g, "1");

/** Enough to tell one invite from another in a log, and 35 bits too little to use it. */
export const shortenInviteCode = (code: string): string => `${code.slice(0, 3)}…`;
