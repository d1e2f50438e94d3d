/**
 * TURN servers with credentials that the TURN server can check by itself: the user name is the time until which they are
 * good and the user's id, the password its HMAC under a secret that both servers know (coturn's `use-auth-secret`, the
 * IETF draft "A REST API For Access To TURN Services"). They cannot be taken back, so they are short-lived.
 */
import { createHmac } from "node:crypto";
import type { IceServer } from "#shared/contract/rtp.ts";
import type { UserId } from "#shared/ids.ts";
import type { Clock } from "../kernel/clock.ts";

export interface TurnConfig {
  /** `turn:turn.example.org:3478?transport=udp`, or `turns:…`. */
  urls: readonly string[];
  secret: string;
}

/** A relay is asked for them again each time that it is refreshed, so a call is not longer than this without a new join. */
const lifetimeSeconds = 12 * 60 * 60;

export const createIceServers =
  (turn: TurnConfig | undefined, clock: Clock) =>
  (userId: UserId): IceServer[] => {
    if (!turn) return [];
    const username = `${Math.floor(clock.nowMs() / 1_000) + lifetimeSeconds}:${userId}`;
    const credential = createHmac("sha1", turn.secret).update(username).digest("base64");
    return [{ urls: [...turn.urls], username, credential }];
  };
