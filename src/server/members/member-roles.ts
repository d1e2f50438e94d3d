/** Which roles a member holds besides @everyone. */
import type { AuditFields } from "#shared/contract/audit.ts";
import type { Member, SetMemberRoles } from "#shared/contract/members.ts";
import type { ServerAccess } from "../access/access.service.ts";
import type { Govern } from "../access/governing.ts";
import { type RoleState, standingOf } from "../access/server-state.ts";
import type { AuditService } from "../audit/audit.service.ts";
import { AppError } from "../kernel/app-error.ts";
import { getGivableRoles, requireGrantable } from "../roles/granting.ts";
import type { Actor } from "../trpc/context.ts";
import type { MemberNews } from "./member-news.ts";
import { requireAbove } from "./members.policy.ts";
import type { MembersRepo } from "./members.repo.ts";

interface Deps {
  repo: MembersRepo;
  govern: Govern;
  audit: AuditService;
  news: MemberNews;
}

export const createMemberRoles = ({ repo, govern, audit, news }: Deps) => ({
  /**
   * Gives and takes what differs from the roles that the member has. One's own are the owner's alone to change.
   * @throws NOT_FOUND for one who is no member and for a role of another server, INVALID_INPUT for @everyone,
   * MISSING_PERMISSION for a member or a role at or above the caller (HIERARCHY) and for a permission of a given role that
   * the caller lacks
   */
  async setRoles(actor: Actor, { serverId, userId, roleIds }: SetMemberRoles): Promise<Member> {
    const key = { serverId, userId };
    const isChanged = await govern(actor, { serverId, permission: "MANAGE_ROLES" }, async (tx, place) => {
      const held = getHeldRoles(place, actor, key.userId);
      const wanted = getGivableRoles(place.state, roleIds);
      const given = wanted.filter((role) => !held.includes(role));
      const taken = held.filter((role) => !wanted.includes(role));
      for (const role of taken) requireAbove(standingOf(place.state, actor.userId), role.position);
      for (const role of given) requireGrantable(place, actor.userId, role);
      if (given.length + taken.length === 0) return false;
      await repo.takeRoles(tx, key, taken);
      await repo.giveRoles(tx, key, given);
      await audit.record(tx, {
        serverId,
        actorId: actor.userId,
        action: "members.setRoles",
        target: { type: "member", id: userId },
        before: { roles: taken.map(presentName) },
        after: { roles: given.map(presentName) },
      });
      return true;
    });
    return isChanged ? news.announceRights(key) : news.get(key);
  },
});

/** Of one whose roles the caller may change. @throws NOT_FOUND for one who is no member, MISSING_PERMISSION (HIERARCHY) */
const getHeldRoles = (
  { state }: ServerAccess,
  actor: Actor,
  userId: SetMemberRoles["userId"],
): RoleState[] => {
  const member = state.members.get(userId);
  if (!member) throw new AppError("NOT_FOUND");
  if (actor.userId !== state.ownerId) {
    requireAbove(standingOf(state, actor.userId), standingOf(state, userId));
  }
  return member.roleIds.map((id) => state.roles.get(id)).filter((role) => role !== undefined);
};

const presentName = ({ id, name }: RoleState): AuditFields => ({ id, name });
