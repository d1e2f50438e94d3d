/**
 * How an account ends. Its row stays, since messages keep their author, but nothing in it says any more whose it was, and
 * whatever was the account's alone is deleted. What is held while it ends, in this order, so that nothing waits in a circle:
 * the instance, the account's row, the servers that it is in. The row itself is emptied last: that needs a lock for which
 * everything waits that refers to the account.
 */
import type { User } from "#shared/contract/users.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import type { AccessService } from "../access/access.service.ts";
import type { Transaction } from "../database/client.ts";
import { lockUser } from "../database/locks.ts";
import type { EventLog } from "../events/event-log.ts";
import { tellOrReset } from "../events/tell-or-reset.ts";
import { AppError } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { MembersService } from "../members/members.service.ts";
import { presentUser } from "../users/users.present.ts";
import type { Traces } from "./accounts.repo.ts";
import type { AuthRepo, EndedSession } from "./auth.repo.ts";

interface Deps {
  repo: AuthRepo;
  members: Pick<MembersService, "endAll" | "announceEnd">;
  access: Pick<AccessService, "serverChanged" | "peek">;
  announceEnded: (sessions: readonly EndedSession[]) => void;
  events: EventLog;
  clock: Clock;
}

/** What others have to hear of once it is committed. */
export interface DeletedAccount extends Traces {
  /** As it stands from now on. */
  user: User;
  serverIds: ServerId[];
  sessions: EndedSession[];
}

/** What a refusal names; whoever owns more sees the next ones then. */
const maxNamedServers = 10;

/** Nobody can know it beforehand, and take it so that the account cannot end. */
const createDeletedUsername = (): string =>
  `deleted-${Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString("hex")}`;

export const createAccounts = ({ repo, members, access, announceEnded, events, clock }: Deps) => {
  /** The channels that the override counted in: its own, and those that follow it as their category. */
  const announceOverridesGone = async (serverId: ServerId, overrides: Traces["overrides"]): Promise<void> => {
    await tellOrReset(events, { serverId }, () => access.serverChanged(serverId));
    const changed = new Set(overrides.map(({ channelId }) => channelId));
    for (const channel of access.peek(serverId)?.channels.values() ?? []) {
      const source = channel.followsCategory && channel.parentId ? channel.parentId : channel.id;
      if (!changed.has(source)) continue;
      events.append({
        audience: { kind: "channel", serverId, channelId: channel.id },
        event: { t: "CHANNEL_UPDATE", d: channel },
      });
    }
  };

  return {
    /**
     * Ends the account in the open transaction, under the instance's lock; call `announceDeleted` after its commit. The last
     * statement of its transaction.
     * @throws NOT_FOUND for one that is gone, OWNS_SERVERS
     */
    async deleteIn(tx: Transaction, userId: UserId): Promise<DeletedAccount> {
      if (!(await lockUser(tx, userId))) throw new AppError("NOT_FOUND");
      const servers = await repo.lockServersOf(tx, userId);
      const owned = servers.filter(({ ownerId }) => ownerId === userId);
      if (owned.length > 0) {
        const names = owned.slice(0, maxNamedServers).map(({ name }) => name);
        throw new AppError("OWNS_SERVERS", { names });
      }
      const serverIds = await members.endAll(tx, userId);
      const sessions = await repo.deleteSessionsExcept(tx, userId, undefined);
      const traces = await repo.deleteTraces(tx, userId);
      const row = await repo.emptyAccount(tx, userId, {
        username: createDeletedUsername(),
        deletedAt: nowDate(clock),
      });
      if (!row) throw new AppError("NOT_FOUND");
      return { user: presentUser(row, "offline"), serverIds, sessions, ...traces };
    },

    /** Ends the account's streams and calls, and tells everybody who shared a server with it. */
    async announceDeleted({ user, serverIds, sessions, invites, overrides }: DeletedAccount): Promise<void> {
      announceEnded(sessions);
      events.append({
        audience: { kind: "peers", userId: user.id, serverIds },
        event: { t: "USER_UPDATE", d: user },
      });
      for (const invite of invites) {
        events.append({
          audience: { kind: "server", serverId: invite.serverId, permission: "MANAGE_SERVER" },
          event: { t: "INVITE_DELETE", d: invite },
        });
      }
      // All of them, also when one fails: each has its own listeners, who begin anew then.
      await Promise.all([
        ...serverIds.map((serverId) => members.announceEnd({ serverId, userId: user.id })),
        ...[...Map.groupBy(overrides, ({ serverId }) => serverId)].map(([serverId, ofServer]) =>
          announceOverridesGone(serverId, ofServer),
        ),
      ]);
    },
  };
};
