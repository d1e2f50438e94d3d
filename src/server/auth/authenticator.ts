/**
 * From an access token to who calls. A token that was looked at once is remembered until it expires or its session ends;
 * so what it must never do is remember one whose session ended while it was being looked at.
 */
import { LRUCache } from "lru-cache";
import type { SessionId } from "#shared/ids.ts";
import { isUnavailable } from "../database/errors.ts";
import type { EventLog } from "../events/event-log.ts";
import { AppError } from "../kernel/app-error.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Actor, Principal } from "../trpc/context.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { AuthRepo } from "./auth.repo.ts";
import { roomFor } from "../kernel/room-for.ts";

interface Deps {
  accessTokens: AccessTokens;
  repo: Pick<AuthRepo, "isSessionLive">;
  events: Pick<EventLog, "subscribe">;
  clock: Clock;
}

interface Remembered {
  principal: Principal & { kind: "user" };
  expiresAtMs: number;
}

/** Some 10 MB when full; each user has one or two at a time. */
const maxRemembered = 20_000;
/** Covers the questions to the database that are on their way while sessions end. */
const maxEnded = 10_000;

const unauthenticated: Principal = { kind: "anonymous", reason: "UNAUTHENTICATED" };
const expired: Principal = { kind: "anonymous", reason: "TOKEN_EXPIRED" };

export class Authenticator {
  readonly #deps: Deps;
  readonly #remembered = new LRUCache<string, Remembered>(roomFor(maxRemembered));
  readonly #ended = new LRUCache<SessionId, true>(roomFor(maxEnded));
  readonly #unsubscribe: () => void;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#unsubscribe = deps.events.subscribe((entry) => {
      if (entry.kind === "control" && entry.signal.kind === "sessions-ended")
        this.#forget(entry.signal.sessionIds);
    });
  }

  /**
   * Who calls with this token; whatever is wrong with it is a kind of nobody.
   * @throws UNAVAILABLE when the database could not be asked
   */
  async authenticate(token: string | undefined): Promise<Principal> {
    if (token === undefined) return unauthenticated;
    const { accessTokens, clock } = this.#deps;
    const known = this.#remembered.get(token);
    if (known && known.expiresAtMs > clock.nowMs()) return known.principal;
    const checked = await accessTokens.check(token);
    if (checked.kind === "expired") return expired;
    if (checked.kind === "invalid" || !(await this.#isLive(checked.actor))) return unauthenticated;
    const principal = { kind: "user", actor: checked.actor } as const;
    this.#remembered.set(token, { principal, expiresAtMs: checked.expiresAtMs });
    return principal;
  }

  /** Stops listening for sessions that end. */
  close(): void {
    this.#unsubscribe();
  }

  async #isLive(actor: Actor): Promise<boolean> {
    try {
      const isStored = await this.#deps.repo.isSessionLive(actor, new Date(this.#deps.clock.nowMs()));
      return isStored && !this.#ended.has(actor.sessionId);
    } catch (error) {
      if (isUnavailable(error)) throw new AppError("UNAVAILABLE");
      throw error;
    }
  }

  #forget(sessionIds: readonly SessionId[]): void {
    const gone = new Set(sessionIds);
    for (const sessionId of gone) this.#ended.set(sessionId, true);
    for (const [token, { principal }] of this.#remembered.entries()) {
      if (gone.has(principal.actor.sessionId)) this.#remembered.delete(token);
    }
  }
}
