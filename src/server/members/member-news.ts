/**
 * Tells a server how one of its members is now, and when one is none any more. A member's events are read and appended one
 * after the other, so that a later one never carries an older state; and of one who has left in the meantime nothing more is
 * said.
 */
import type { Member } from "#shared/contract/members.ts";
import type { AccessService } from "../access/access.service.ts";
import type { EventLog } from "../events/event-log.ts";
import { tellOrReset } from "../events/tell-or-reset.ts";
import { AppError } from "../kernel/app-error.ts";
import { KeyedMutex } from "../kernel/keyed-mutex.ts";
import type { PresenceReader } from "../presence/presence-reader.ts";
import { presentMember } from "./members.present.ts";
import type { MemberKey, MembersRepo } from "./members.repo.ts";

interface Deps {
  repo: MembersRepo;
  access: AccessService;
  events: EventLog;
  presence: PresenceReader;
}

interface News {
  t: "MEMBER_JOIN" | "MEMBER_UPDATE";
  /** Whether the member's rights may be others than before. */
  changesAccess: boolean;
}

export const createMemberNews = ({ repo, access, events, presence }: Deps) => {
  const turns = new KeyedMutex<string>();

  const find = async (key: MemberKey): Promise<Member | undefined> => {
    const row = await repo.find(key);
    return row && presentMember(row, presence.statusOf(key.userId));
  };

  const inTurn = <T>({ serverId, userId }: MemberKey, tell: () => Promise<T>): Promise<T> =>
    turns.run(`${serverId} ${userId}`, tell);

  /** Undefined for one who is gone again: that was announced. */
  const announce = (key: MemberKey, { t, changesAccess }: News): Promise<Member | undefined> =>
    inTurn(key, async () => {
      const { serverId, userId } = key;
      if (changesAccess) await access.memberChanged(serverId, userId);
      const member = await find(key);
      const hasLeft = access.peek(serverId)?.members.has(userId) === false;
      if (!member || hasLeft) return undefined;
      events.append({
        audience: { kind: "server", serverId },
        event: { t, d: member },
        ...(changesAccess && { accessChange: { serverId, userId } }),
      });
      return member;
    });

  const announceUpdate = async (key: MemberKey, changesAccess: boolean): Promise<Member> => {
    const member = await tellOrReset(events, key, () => announce(key, { t: "MEMBER_UPDATE", changesAccess }));
    if (!member) throw new AppError("NOT_FOUND");
    return member;
  };

  return {
    /** @throws NOT_FOUND for one who is no member */
    async get(key: MemberKey): Promise<Member> {
      const member = await find(key);
      if (!member) throw new AppError("NOT_FOUND");
      return member;
    },

    /** After a commit that leaves the member's rights as they were. @throws NOT_FOUND for one who is gone */
    announceUpdate: (key: MemberKey): Promise<Member> => announceUpdate(key, false),

    /** After a commit that changed what the member may do. @throws NOT_FOUND for one who is gone */
    announceRights: (key: MemberKey): Promise<Member> => announceUpdate(key, true),

    /** After the commit that made the member, whose rights begin here. */
    async announceJoin(key: MemberKey): Promise<void> {
      await announce(key, { t: "MEMBER_JOIN", changesAccess: true });
    },

    /** After the commit that ended the membership. Whoever has come back meanwhile is told of after this. */
    announceEnd: (key: MemberKey): Promise<void> =>
      inTurn(key, async () => {
        const { serverId, userId } = key;
        await tellOrReset(events, key, () => access.memberChanged(serverId, userId));
        events.append({
          audience: { kind: "server", serverId },
          event: { t: "MEMBER_LEAVE", d: { serverId, userId } },
          accessChange: { serverId, userId },
        });
        events.append({
          audience: { kind: "user", userId },
          event: { t: "SERVER_DELETE", d: { id: serverId } },
        });
      }),
  };
};
export type MemberNews = ReturnType<typeof createMemberNews>;
