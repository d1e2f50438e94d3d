/**
 * The voice check's ways in (VO16), open for as long as a check takes. Nobody who asks again and again can make them
 * grow: each user has one, and the server has few.
 */
import type { VoiceProbe, VoiceTransport } from "#shared/contract/voice.ts";
import type { UserId } from "#shared/ids.ts";
import { AppError } from "../kernel/app-error.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Scheduler } from "../kernel/scheduler.ts";
import type { Sfu, SfuProbe } from "./sfu/sfu.ts";

/** A browser gives up a candidate after some seconds, and all are tried at the same time. */
const lifetimeMs = 20_000;
/** Each is a router and a transport on every worker. */
const maxProbes = 10;

interface Entry {
  expiresAtMs: number;
  /** Undefined while the workers open it. */
  probe: SfuProbe | undefined;
  cancelTimer: () => void;
}

interface Deps {
  sfu: Sfu;
  clock: Clock;
  scheduler: Scheduler;
}

const withoutId = ({ iceParameters, iceCandidates, dtlsParameters }: VoiceTransport) => ({
  iceParameters,
  iceCandidates,
  dtlsParameters,
});

export class VoiceProbes {
  readonly #deps: Deps;
  readonly #entries = new Map<UserId, Entry>();
  #isClosed = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Closes the user's earlier one. @throws VOICE_UNAVAILABLE, RATE_LIMITED */
  async open(userId: UserId): Promise<Pick<VoiceProbe, "transports" | "expiresInMs">> {
    const { sfu, clock, scheduler } = this.#deps;
    const earlier = this.#entries.get(userId);
    if (!earlier) this.#requireSpace();
    else this.#close(userId, earlier);
    const entry: Entry = {
      expiresAtMs: clock.nowMs() + lifetimeMs,
      probe: undefined,
      cancelTimer: scheduler.after(lifetimeMs, () => this.#close(userId, entry)),
    };
    // Counted before it is there: of many at once none may slip through.
    this.#entries.set(userId, entry);
    try {
      entry.probe = await sfu.openProbe();
    } catch (error) {
      this.#close(userId, entry);
      throw error;
    }
    const { transports } = entry.probe;
    // A newer one took its place, or the server stops.
    if (this.#entries.get(userId) !== entry || this.#isClosed) entry.probe.close();
    return { transports: transports.map(withoutId), expiresInMs: lifetimeMs };
  }

  close(): void {
    this.#isClosed = true;
    for (const [userId, entry] of this.#entries) this.#close(userId, entry);
  }

  #requireSpace(): void {
    if (this.#entries.size < maxProbes) return;
    const expiries = [...this.#entries.values()].map(({ expiresAtMs }) => expiresAtMs);
    const retryAfterMs = Math.max(1, Math.min(...expiries) - this.#deps.clock.nowMs());
    throw new AppError("RATE_LIMITED", { retryAfterMs });
  }

  #close(userId: UserId, entry: Entry): void {
    entry.cancelTimer();
    entry.probe?.close();
    if (this.#entries.get(userId) === entry) this.#entries.delete(userId);
  }
}
