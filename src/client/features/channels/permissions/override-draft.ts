/** What roles and members may and may not do in a channel, while it is being changed. Pure. */
import type { Override } from "#shared/contract/channels.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { OverrideTarget } from "#shared/ids.ts";
import {
  formatPermissions,
  hasPermission,
  parsePermissions,
  type PermissionName,
  type PermissionOverride,
  permissionBits,
} from "#shared/permissions.ts";

export interface DraftOverride extends PermissionOverride {
  target: OverrideTarget;
}

/** In no order that counts. */
export type OverrideDraft = readonly DraftOverride[];

export type Stance = "allow" | "inherit" | "deny";

const view = permissionBits("VIEW_CHANNEL");

export const isSameTarget = (a: OverrideTarget, b: OverrideTarget): boolean =>
  a.type === b.type && a.id === b.id;

export const toDraft = (overrides: readonly Override[]): OverrideDraft =>
  overrides.map(({ target, allow, deny }) => ({
    target,
    allow: parsePermissions(allow) ?? 0n,
    deny: parsePermissions(deny) ?? 0n,
  }));

export const toOverrides = (draft: OverrideDraft): Override[] =>
  draft.map(({ target, allow, deny }) => ({
    target,
    allow: formatPermissions(allow),
    deny: formatPermissions(deny),
  }));

export const findOverride = (draft: OverrideDraft, target: OverrideTarget): DraftOverride | undefined =>
  draft.find((override) => isSameTarget(override.target, target));

const put = (draft: OverrideDraft, override: DraftOverride): OverrideDraft =>
  findOverride(draft, override.target)
    ? draft.map((other) => (isSameTarget(other.target, override.target) ? override : other))
    : [...draft, override];

export const removeTarget = (draft: OverrideDraft, target: OverrideTarget): OverrideDraft =>
  draft.filter((override) => !isSameTarget(override.target, target));

/** With nothing allowed or denied yet. */
export const addTarget = (draft: OverrideDraft, target: OverrideTarget): OverrideDraft =>
  findOverride(draft, target) ? draft : [...draft, { target, allow: 0n, deny: 0n }];

export const stanceOf = (
  draft: OverrideDraft,
  target: OverrideTarget,
  permission: PermissionName,
): Stance => {
  const override = findOverride(draft, target);
  if (!override) return "inherit";
  if (hasPermission(override.allow, permission)) return "allow";
  return hasPermission(override.deny, permission) ? "deny" : "inherit";
};

export const setStance = (
  draft: OverrideDraft,
  { target, permission }: { target: OverrideTarget; permission: PermissionName },
  stance: Stance,
): OverrideDraft => {
  const bit = permissionBits(permission);
  const { allow, deny } = findOverride(draft, target) ?? { allow: 0n, deny: 0n };
  return put(draft, {
    target,
    allow: stance === "allow" ? allow | bit : allow & ~bit,
    deny: stance === "deny" ? deny | bit : deny & ~bit,
  });
};

const toTarget = ({ id }: Role): OverrideTarget => ({ type: "role", id });

/** Whether somebody with no role does not see it. */
export const isPrivate = (draft: OverrideDraft, everyone: Role): boolean => {
  const stance = stanceOf(draft, toTarget(everyone), "VIEW_CHANNEL");
  return stance === "inherit"
    ? !hasPermission(parsePermissions(everyone.permissions) ?? 0n, "VIEW_CHANNEL")
    : stance === "deny";
};

const dropEmpty = (draft: OverrideDraft, target: OverrideTarget): OverrideDraft => {
  const override = findOverride(draft, target);
  return override && (override.allow | override.deny) === 0n ? removeTarget(draft, target) : draft;
};

/** Closes it to @everyone, or opens it to them again. */
export const setPrivate = (draft: OverrideDraft, everyone: Role, shouldBe: boolean): OverrideDraft => {
  const place = { target: toTarget(everyone), permission: "VIEW_CHANNEL" } as const;
  const inherited = setStance(draft, place, "inherit");
  if (isPrivate(inherited, everyone) === shouldBe) return dropEmpty(inherited, place.target);
  return setStance(draft, place, shouldBe ? "deny" : "allow");
};

/** The roles and members who may come into a private channel, without @everyone. */
export const listAdmitted = (draft: OverrideDraft, everyone: Role): OverrideTarget[] =>
  draft
    .filter(({ target, allow }) => (allow & view) !== 0n && target.id !== everyone.id)
    .map(({ target }) => target);

export const admit = (draft: OverrideDraft, target: OverrideTarget): OverrideDraft =>
  setStance(draft, { target, permission: "VIEW_CHANNEL" }, "allow");

export const dismiss = (draft: OverrideDraft, target: OverrideTarget): OverrideDraft =>
  dropEmpty(setStance(draft, { target, permission: "VIEW_CHANNEL" }, "inherit"), target);

export type OverrideStep =
  | { kind: "set"; override: DraftOverride }
  | { kind: "remove"; target: OverrideTarget };

/** How much of the channel's sight a step gives; what gives it is done first, what takes it last. */
const rankOf = (step: OverrideStep): number => {
  if (step.kind === "remove") return 2;
  if ((step.override.allow & view) !== 0n) return 0;
  return (step.override.deny & view) === 0n ? 1 : 3;
};

/**
 * What leads from one to the other. Whoever may come in is let in before the door is closed, so that nobody, the caller
 * neither, is out of sight in between.
 */
export const listSteps = (before: OverrideDraft, after: OverrideDraft): OverrideStep[] => {
  const set = after.flatMap((override): OverrideStep[] => {
    const old = findOverride(before, override.target);
    return old?.allow === override.allow && old.deny === override.deny ? [] : [{ kind: "set", override }];
  });
  const removed = before.flatMap(({ target }): OverrideStep[] =>
    findOverride(after, target) ? [] : [{ kind: "remove", target }],
  );
  return [...set, ...removed].toSorted((a, b) => rankOf(a) - rankOf(b));
};
