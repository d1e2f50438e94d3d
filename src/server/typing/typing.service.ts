/** Who is typing (GW13): told live, at most once per member and channel in 3 s, and kept nowhere. */
import { LRUCache } from "lru-cache";
import type { UserRef } from "#shared/contract/users.ts";
import { timing } from "#shared/limits.ts";
import type { ChannelAccess } from "../access/access.service.ts";
import type { EventLog } from "../events/event-log.ts";
import { AppError } from "../kernel/app-error.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Actor } from "../trpc/context.ts";
import type { UsersService } from "../users/users.service.ts";
import { roomFor } from "../kernel/room-for.ts";

interface Deps {
  users: Pick<UsersService, "findRefs">;
  events: Pick<EventLog, "append">;
  clock: Clock;
}

/** Far more than can be typing at once; who falls out is told of once too often. */
const maxRemembered = 20_000;

export const createTypingService = ({ users, events, clock }: Deps) => {
  const lastToldMs = new LRUCache<string, number>(roomFor(maxRemembered));

  return {
    /**
     * Tells those who see the channel that the caller is typing there. Told again too soon it does nothing.
     * @throws NOT_FOUND for an account that is gone
     */
    async start(actor: Actor, { serverId, channel }: ChannelAccess): Promise<void> {
      const key = `${actor.userId} ${channel.id}`;
      const nowMs = clock.nowMs();
      const lastMs = lastToldMs.get(key);
      if (lastMs !== undefined && Math.abs(nowMs - lastMs) < timing.typingRepeatMs) return;
      // Before the first wait, so that two calls at once are told of once.
      lastToldMs.set(key, nowMs);
      const user = await findRef(users, actor);
      events.append({
        audience: { kind: "channel", serverId, channelId: channel.id },
        event: { t: "TYPING_START", d: { channelId: channel.id, user } },
        isTransient: true,
      });
    },
  };
};
export type TypingService = ReturnType<typeof createTypingService>;

const findRef = async (users: Deps["users"], { userId }: Actor): Promise<UserRef> => {
  const [user] = await users.findRefs([userId]);
  if (!user) throw new AppError("NOT_FOUND");
  return user;
};
