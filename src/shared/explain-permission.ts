/**
 * Why somebody may or may not do something: the steps of `permissions.ts` one by one, and which of them decided. Pure. It
 * must never say another verdict than the resolution that is enforced; a property test holds the two against each other.
 */
import type { RoleId } from "./ids.ts";
import {
  CHANNEL_PERMISSIONS,
  hasPermission,
  type PermissionName,
  type PermissionOverride,
  type Permissions,
  permissionBits,
} from "./permissions.ts";

type Effect = "allow" | "deny";

export type PermissionStep =
  | { kind: "owner"; effect: "allow" }
  /** A role, @everyone among them, that is ADMINISTRATOR. */
  | { kind: "administrator"; effect: "allow"; roleId: RoleId }
  /** A role, @everyone among them, that gives it in the server. */
  | { kind: "role"; effect: "allow"; roleId: RoleId }
  /** None of their roles gives it. */
  | { kind: "not-given"; effect: "deny" }
  /** The channel's word about a role, @everyone among them. */
  | { kind: "role-override"; effect: Effect; roleId: RoleId }
  /** The channel's word about this member. */
  | { kind: "member-override"; effect: Effect }
  /** Who does not see the channel can do nothing in it. */
  | { kind: "no-sight"; effect: "deny" }
  | { kind: "timeout"; effect: "deny" };

export interface PermissionExplanation {
  isAllowed: boolean;
  /** Each that had a word in it, in the order in which they count. */
  steps: readonly PermissionStep[];
  decidedBy: PermissionStep;
}

export interface ExplainedRole {
  id: RoleId;
  permissions: Permissions;
}

/** Of whom it is asked. */
export interface ExplainedMember {
  isOwner: boolean;
  everyone: ExplainedRole;
  /** Highest first, without @everyone. */
  roles: readonly ExplainedRole[];
  isTimedOut: boolean;
}

/** The overrides that count in the channel, its own or its category's, as far as they name the member or their roles. */
export interface ExplainedOverrides {
  everyone?: PermissionOverride | undefined;
  roles: ReadonlyMap<RoleId, PermissionOverride>;
  member?: PermissionOverride | undefined;
}

const effectOf = (override: PermissionOverride | undefined, bit: Permissions): Effect | undefined => {
  if (override && (override.allow & bit) !== 0n) return "allow";
  return override && (override.deny & bit) !== 0n ? "deny" : undefined;
};

/** What the server as a whole says. */
const explainInServer = (
  { everyone, roles }: ExplainedMember,
  permission: PermissionName,
): { steps: PermissionStep[]; decidedBy: PermissionStep } => {
  const given = [everyone, ...roles]
    .filter(({ permissions }) => hasPermission(permissions, permission))
    .map(({ id }): PermissionStep => ({ kind: "role", effect: "allow", roleId: id }));
  const nothing: PermissionStep = { kind: "not-given", effect: "deny" };
  // The first that gives it is enough.
  return { steps: given.length > 0 ? given : [nothing], decidedBy: given[0] ?? nothing };
};

/** What the overrides say: @everyone's, then those of the roles together, where allowing wins, then the member's own. */
const explainOverrides = (
  { everyone, roles }: ExplainedMember,
  overrides: ExplainedOverrides,
  permission: PermissionName,
): { steps: PermissionStep[]; decidedBy?: PermissionStep } => {
  const bit = permissionBits(permission) & CHANNEL_PERMISSIONS;
  const steps: PermissionStep[] = [];
  const ofEveryone = effectOf(overrides.everyone, bit);
  if (ofEveryone) steps.push({ kind: "role-override", effect: ofEveryone, roleId: everyone.id });
  const ofRoles = roles.flatMap(({ id }): PermissionStep[] => {
    const effect = effectOf(overrides.roles.get(id), bit);
    return effect ? [{ kind: "role-override", effect, roleId: id }] : [];
  });
  steps.push(...ofRoles);
  const ofMember = effectOf(overrides.member, bit);
  const own: PermissionStep | undefined = ofMember && { kind: "member-override", effect: ofMember };
  if (own) steps.push(own);
  const decidedBy =
    own ?? ofRoles.find(({ effect }) => effect === "allow") ?? ofRoles[0] ?? (ofEveryone && steps[0]);
  return { steps, ...(decidedBy && { decidedBy }) };
};

/** The one that stands above all of this; undefined where there is none. */
const findAbove = ({ isOwner, everyone, roles }: ExplainedMember): PermissionStep | undefined => {
  if (isOwner) return { kind: "owner", effect: "allow" };
  const admin = [everyone, ...roles].find(({ permissions }) => hasPermission(permissions, "ADMINISTRATOR"));
  return admin && { kind: "administrator", effect: "allow", roleId: admin.id };
};

const conclude = (steps: readonly PermissionStep[], decidedBy: PermissionStep): PermissionExplanation => ({
  isAllowed: decidedBy.effect === "allow",
  steps,
  decidedBy,
});

/** Whether the member has the permission, in the channel whose overrides are given or else in the server, and why. */
export const explainPermission = (
  member: ExplainedMember,
  permission: PermissionName,
  overrides?: ExplainedOverrides,
): PermissionExplanation => {
  const above = findAbove(member);
  if (above) return conclude([above], above);
  const inServer = explainInServer(member, permission);
  const inChannel = overrides ? explainOverrides(member, overrides, permission) : { steps: [] };
  const steps = [...inServer.steps, ...inChannel.steps];
  const isInChannel = overrides !== undefined && permission !== "VIEW_CHANNEL";
  if (isInChannel && !explainPermission(member, "VIEW_CHANNEL", overrides).isAllowed) {
    const step: PermissionStep = { kind: "no-sight", effect: "deny" };
    return conclude([...steps, step], step);
  }
  const decidedBy = inChannel.decidedBy ?? inServer.decidedBy;
  if (member.isTimedOut && permission !== "VIEW_CHANNEL" && decidedBy.effect === "allow") {
    const step: PermissionStep = { kind: "timeout", effect: "deny" };
    return conclude([...steps, step], step);
  }
  return conclude(steps, decidedBy);
};
