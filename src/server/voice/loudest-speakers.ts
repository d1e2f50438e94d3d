/**
 * Who is forwarded in a channel where more are unmuted than anyone can follow (VO5). Pure: told of levels and of the time,
 * it answers who is heard. What costs is the forwarding, not the listening: the SFU hears everyone's level all the time.
 *
 * Each speaker has a claim to be forwarded, in dBov: their last level, which fades while they are silent and ends with the
 * hangover. Whoever is forwarded already counts as a little louder, so that two of the same loudness do not take turns.
 */
import type { UserId } from "#shared/ids.ts";

export interface HeardLevel {
  userId: UserId;
  /** From -127 to 0. */
  levelDbov: number;
}

/** A pause between two sentences does not cost the place (VO5). */
const hangoverMs = 1_000;
/**
 * With the bonus: somebody as loud as one who has just fallen silent takes over 150 ms later, well within the half second
 * that a listener may wait for the first words.
 */
const fadeDbPerSecond = 40;
const incumbentBonusDb = 6;

interface Speaker {
  isPriority: boolean;
  levelDbov: number;
  heardAtMs: number;
}

export class LoudestSpeakers {
  readonly #max: number;
  readonly #speakers = new Map<UserId, Speaker>();
  #forwarded: ReadonlySet<UserId> = new Set();

  constructor(max: number) {
    this.#max = max;
  }

  isForwarded(userId: UserId): boolean {
    return this.#forwarded.has(userId);
  }

  /** Somebody unmuted themselves, or has become a priority speaker or ceased to be one. */
  add(userId: UserId, isPriority: boolean): void {
    const known = this.#speakers.get(userId);
    if (known) known.isPriority = isPriority;
    else this.#speakers.set(userId, { isPriority, levelDbov: -127, heardAtMs: Number.NEGATIVE_INFINITY });
  }

  delete(userId: UserId): void {
    this.#speakers.delete(userId);
  }

  /** Takes what was heard last. */
  hear(levels: readonly HeardLevel[], nowMs: number): void {
    for (const { userId, levelDbov } of levels) {
      const speaker = this.#speakers.get(userId);
      if (!speaker) continue;
      speaker.levelDbov = Math.max(levelDbov, this.#claimOf(speaker, nowMs));
      speaker.heardAtMs = nowMs;
    }
  }

  /** Chooses anew. Returns those for whom the answer has changed. */
  choose(nowMs: number): UserId[] {
    const before = this.#forwarded;
    this.#forwarded = this.#findForwarded(nowMs);
    const both = new Set([...before, ...this.#forwarded]);
    return [...both].filter((userId) => before.has(userId) !== this.#forwarded.has(userId));
  }

  #findForwarded(nowMs: number): Set<UserId> {
    if (this.#speakers.size <= this.#max) return new Set(this.#speakers.keys());
    const chosen = new Set<UserId>();
    const others: { userId: UserId; claimDb: number; heardAtMs: number }[] = [];
    for (const [userId, speaker] of this.#speakers) {
      if (speaker.isPriority) chosen.add(userId);
      else {
        const bonusDb = this.#forwarded.has(userId) ? incumbentBonusDb : 0;
        others.push({
          userId,
          claimDb: this.#claimOf(speaker, nowMs) + bonusDb,
          heardAtMs: speaker.heardAtMs,
        });
      }
    }
    // Places that nobody claims stay with those who were heard last: they are the likeliest to go on.
    others.sort((a, b) => compare(b.claimDb, a.claimDb) || compare(b.heardAtMs, a.heardAtMs));
    for (const { userId } of others) {
      if (chosen.size >= this.#max) break;
      chosen.add(userId);
    }
    return chosen;
  }

  #claimOf({ levelDbov, heardAtMs }: Speaker, nowMs: number): number {
    const silentMs = nowMs - heardAtMs;
    if (silentMs > hangoverMs) return Number.NEGATIVE_INFINITY;
    return levelDbov - (fadeDbPerSecond * silentMs) / 1_000;
  }
}

/** Two infinities are equal, which their difference does not say. */
const compare = (a: number, b: number): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
