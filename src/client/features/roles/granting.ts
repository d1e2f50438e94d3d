/** Which roles may be given and taken, and to and from whom: what the server would refuse is not offered. Pure. */
import type { Rights } from "#client/features/servers/rights.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import { parsePermissions } from "#shared/permissions.ts";

import { isEveryone } from "./role-order.ts";

/** One's own roles are the owner's alone to change. */
export const canChangeRolesOf = (rights: Rights, member: Member, ownId: Member["user"]["id"]): boolean =>
  rights.can("MANAGE_ROLES") && (rights.isAbove(member) || (rights.isOwner && member.user.id === ownId));

/** Nobody gives what they lack. */
export const canGive = (rights: Rights, role: Role): boolean =>
  !isEveryone(role) &&
  rights.isAboveRole(role) &&
  ((parsePermissions(role.permissions) ?? 0n) & ~rights.bits) === 0n;

export const canTake = (rights: Rights, role: Role): boolean => !isEveryone(role) && rights.isAboveRole(role);
