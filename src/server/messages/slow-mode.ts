/**
 * Slow mode: in a channel that has it, a member sends one message in so many seconds. Who has had their turn is in memory,
 * and asked from the database where memory does not know: after a restart, or when it was dropped to make room. A turn is
 * taken before the message is stored, so that of two sends at once one is refused, and given back when nothing was stored.
 */
import { LRUCache } from "lru-cache";
import type { SharedChannel } from "#shared/contract/channels.ts";
import { type ChannelId, MessageId, type UserId } from "#shared/ids.ts";
import { hasPermission, type Permissions } from "#shared/permissions.ts";
import { AppError } from "../kernel/app-error.ts";
import type { Clock } from "../kernel/clock.ts";
import { floorIdOf } from "../kernel/id-source.ts";
import { roomFor } from "../kernel/room-for.ts";

interface Deps {
  /** When the author sent the newest of the channel after that id; deleted ones count. */
  findLastSent: (where: {
    channelId: ChannelId;
    authorId: UserId;
    since: MessageId;
  }) => Promise<Date | undefined>;
  clock: Clock;
  /** Default 50,000, far more than talk in such channels at once: some 10 MB. */
  maxRemembered?: number;
}

interface Where {
  permissions: Permissions;
  channel: Pick<SharedChannel, "id" | "slowModeSeconds">;
}

interface Turn {
  takenMs: number;
}

const nothing = (): void => undefined;

export const createSlowMode = ({ findLastSent, clock, maxRemembered = 50_000 }: Deps) => {
  const turns = new LRUCache<string, Turn>(roomFor(maxRemembered));

  const giveBack = (key: string, turn: Turn): void => {
    // Forgotten, rather than as it was before: the database knows what was stored and what was not.
    if (turns.peek(key) === turn) turns.delete(key);
  };

  /** Corrects a turn that was taken without knowing of the one before. */
  const learn = async (turn: Turn, where: { channelId: ChannelId; authorId: UserId }, windowMs: number) => {
    const last = await findLastSent({
      ...where,
      since: MessageId.parse(floorIdOf(clock.nowMs() - windowMs)),
    });
    const nowMs = clock.nowMs();
    turn.takenMs = nowMs;
    if (!last || !isWithin(last.getTime(), windowMs, nowMs)) return;
    turn.takenMs = last.getTime();
    refuse(turn, windowMs, nowMs);
  };

  return {
    /**
     * Takes the author's turn, where they have to wait for it at all; returns how to give it back when nothing is sent.
     * @throws SLOW_MODE
     */
    async take(authorId: UserId, { permissions, channel }: Where): Promise<() => void> {
      const windowMs = channel.slowModeSeconds * 1_000;
      if (windowMs === 0 || hasPermission(permissions, "BYPASS_SLOW_MODE")) return nothing;
      const key = `${authorId} ${channel.id}`;
      const nowMs = clock.nowMs();
      const last = turns.get(key);
      if (last && isWithin(last.takenMs, windowMs, nowMs)) refuse(last, windowMs, nowMs);
      const turn: Turn = { takenMs: nowMs };
      turns.set(key, turn);
      if (!last) {
        try {
          await learn(turn, { channelId: channel.id, authorId }, windowMs);
        } catch (error) {
          if (!(error instanceof AppError)) giveBack(key, turn);
          throw error;
        }
      }
      return () => giveBack(key, turn);
    },
  };
};

/** A turn of the future was taken before the clock was set back, and nobody waits for that. */
const isWithin = (takenMs: number, windowMs: number, nowMs: number): boolean =>
  takenMs <= nowMs && nowMs < takenMs + windowMs;

/** @throws SLOW_MODE */
const refuse = ({ takenMs }: Turn, windowMs: number, nowMs: number): never => {
  throw new AppError("SLOW_MODE", { retryAfterMs: takenMs + windowMs - nowMs });
};
