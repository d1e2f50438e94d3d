/** Pure: overrides on the wire and as bits, and when they come to the same. */
import type { Override, OverrideInput } from "#shared/contract/channels.ts";
import type { OverrideTarget } from "#shared/ids.ts";
import { formatPermissions, parsePermissions, type PermissionOverride } from "#shared/permissions.ts";

export const toBits = ({ allow, deny }: Override): PermissionOverride => ({
  allow: parsePermissions(allow) ?? 0n,
  deny: parsePermissions(deny) ?? 0n,
});

export const toOverride = ({ target, allow, deny }: OverrideInput): Override => ({
  target,
  allow: formatPermissions(allow),
  deny: formatPermissions(deny),
});

export const isSameTarget = (one: OverrideTarget, other: OverrideTarget): boolean =>
  one.id === other.id && one.type === other.type;

const isSameOverride = (one: Override, other: Override): boolean =>
  isSameTarget(one.target, other.target) && one.allow === other.allow && one.deny === other.deny;

/** Whatever order they stand in; each names a target once. */
export const areSameOverrides = (some: readonly Override[], others: readonly Override[]): boolean =>
  some.length === others.length &&
  some.every((one, index) => {
    const opposite = others[index];
    // Nearly always in the same order, so that a server's thousands cost one comparison each.
    return (
      (opposite !== undefined && isSameOverride(one, opposite)) ||
      others.some((other) => isSameOverride(one, other))
    );
  });
