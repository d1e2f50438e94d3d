/**
 * Who speaks, as the others' rings show it (VO10): heard now, or within the pause between two words. It answers only when
 * that changes, so that a long speech is two events.
 */
import type { UserId } from "#shared/ids.ts";
import type { HeardLevel } from "./loudest-speakers.ts";

/** Speech is at -40 to -15; what a closed microphone lets through is far below. */
const speakingDbov = -55;
/** Longer than the pause between two words, so that the ring does not flicker. */
const pauseMs = 300;

export class Speaking {
  readonly #heardAtMs = new Map<UserId, number>();

  /** True when somebody began or ceased to speak. */
  hear(levels: readonly HeardLevel[], nowMs: number): boolean {
    let hasChanged = false;
    for (const { userId, levelDbov } of levels) {
      if (levelDbov < speakingDbov) continue;
      hasChanged ||= !this.#heardAtMs.has(userId);
      this.#heardAtMs.set(userId, nowMs);
    }
    for (const [userId, heardAtMs] of this.#heardAtMs) {
      if (nowMs - heardAtMs >= pauseMs) hasChanged = this.#heardAtMs.delete(userId) || hasChanged;
    }
    return hasChanged;
  }

  /** True when they were speaking. */
  delete(userId: UserId): boolean {
    return this.#heardAtMs.delete(userId);
  }

  /** When to ask again, should nothing be heard until then; undefined while nobody speaks. */
  get nextChangeMs(): number | undefined {
    return this.#heardAtMs.size === 0 ? undefined : pauseMs;
  }

  get userIds(): UserId[] {
    return [...this.#heardAtMs.keys()];
  }
}
