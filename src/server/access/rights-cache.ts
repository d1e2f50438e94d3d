/**
 * What has been resolved of a server's rights: each member's bits under each list of overrides. It goes by the list itself,
 * which is never changed in place; so channels that share one (a category and its followers, all without any) share what
 * is known of it, and a changed one has nothing known. It does not know how bits are resolved, nor what they depend on:
 * whoever changes that says whose are to be forgotten.
 */
import type { Override } from "#shared/contract/channels.ts";
import type { RoleId, UserId } from "#shared/ids.ts";
import type { PermissionOverride, Permissions } from "#shared/permissions.ts";
import { toBits } from "./overrides.policy.ts";

type OverrideList = readonly Override[];

/** A list of overrides as bits. */
export interface OverrideBits {
  roles: ReadonlyMap<RoleId, PermissionOverride>;
  members: ReadonlyMap<UserId, PermissionOverride>;
}

interface Known {
  bits: OverrideBits;
  resolved: Map<UserId, Permissions>;
}

/** 500 members in 200 channels, which take about 5 MB. */
const defaultMaxEntries = 100_000;

const parse = (overrides: OverrideList): OverrideBits => {
  const roles = new Map<RoleId, PermissionOverride>();
  const members = new Map<UserId, PermissionOverride>();
  for (const override of overrides) {
    const { target } = override;
    if (target.type === "role") roles.set(target.id, toBits(override));
    else members.set(target.id, toBits(override));
  }
  return { roles, members };
};

export class RightsCache {
  readonly #maxEntries: number;
  #known = new Map<OverrideList, Known>();
  #entries = 0;
  #resolutions = 0;

  constructor({ maxEntries = defaultMaxEntries }: { maxEntries?: number } = {}) {
    this.#maxEntries = maxEntries;
  }

  /** How many resolved bits are kept. */
  get size(): number {
    return this.#entries;
  }

  /** How often bits had to be resolved. */
  get resolutions(): number {
    return this.#resolutions;
  }

  find(overrides: OverrideList, userId: UserId): Permissions | undefined {
    return this.#known.get(overrides)?.resolved.get(userId);
  }

  /** The list as bits; each list is parsed once. */
  bitsOf(overrides: OverrideList): OverrideBits {
    return this.#of(overrides).bits;
  }

  /** Keeps what was resolved, and returns it. A full cache begins anew. */
  keep(overrides: OverrideList, userId: UserId, permissions: Permissions): Permissions {
    if (this.#entries >= this.#maxEntries) {
      this.#known.clear();
      this.#entries = 0;
    }
    this.#of(overrides).resolved.set(userId, permissions);
    this.#entries++;
    this.#resolutions++;
    return permissions;
  }

  forget(userId: UserId): void {
    for (const { resolved } of this.#known.values()) if (resolved.delete(userId)) this.#entries--;
  }

  /**
   * Takes over what another, whose time is over, knows of these lists. It is left empty: a late question to it must not
   * put an old answer among the new ones.
   */
  takeOver(other: RightsCache, overrides: Iterable<OverrideList>): void {
    for (const list of new Set(overrides)) {
      const known = other.#known.get(list);
      if (!known) continue;
      this.#known.set(list, known);
      this.#entries += known.resolved.size;
    }
    other.#known = new Map();
    other.#entries = 0;
  }

  #of(overrides: OverrideList): Known {
    const known = this.#known.get(overrides) ?? { bits: parse(overrides), resolved: new Map() };
    this.#known.set(overrides, known);
    return known;
  }
}
