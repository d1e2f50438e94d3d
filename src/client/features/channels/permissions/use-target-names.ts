import { getMemberName } from "#client/features/members/member-index.ts";
import { useMemberIndex, useMembers } from "#client/features/members/use-members.ts";
import { isEveryone } from "#client/features/roles/role-order.ts";
import { useAllRoles } from "#client/features/roles/use-roles.ts";
import type { Rights } from "#client/features/servers/rights.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { OverrideTarget, ServerId } from "#shared/ids.ts";

export interface Targets {
  roles: readonly Role[];
  /** Undefined until the roles are known. */
  everyone: Role | undefined;
  findRole: (target: OverrideTarget) => Role | undefined;
  findMember: (target: OverrideTarget) => Member | undefined;
  getName: (target: OverrideTarget) => string;
  /** Whether what is said about them may be changed: nobody reaches those who stand as high as themselves. */
  isReachable: (target: OverrideTarget, rights: Rights) => boolean;
}

/** Who is meant by an override. */
export const useTargets = (serverId: ServerId): Targets => {
  const roles = useAllRoles(serverId);
  // Loads them, where nothing has yet.
  useMembers(serverId);
  const members = useMemberIndex(serverId);
  const findRole = (target: OverrideTarget) =>
    target.type === "role" ? roles.find(({ id }) => id === target.id) : undefined;
  const findMember = (target: OverrideTarget) =>
    target.type === "member" ? members?.get(target.id) : undefined;
  return {
    roles,
    everyone: roles.find(isEveryone),
    findRole,
    findMember,
    getName: (target) => {
      const member = findMember(target);
      const unknown = target.type === "role" ? "A role" : "Somebody";
      return member ? getMemberName(member) : (findRole(target)?.name ?? unknown);
    },
    isReachable: (target, rights) => {
      const [role, member] = [findRole(target), findMember(target)];
      if (role) return rights.isAboveRole(role);
      return member !== undefined && rights.isAbove(member);
    },
  };
};
