/** Pure: how a server's roles stand above each other, and what an edit changes. */
import type { RoleId } from "#shared/ids.ts";
import type { Permissions } from "#shared/permissions.ts";

/** Where @everyone stands, and who has no other role. */
export const everyonePosition = 0;

export interface RolePlace {
  id: RoleId;
  /** Higher stands above. */
  position: number;
}

interface RoleFields {
  name: string;
  color: string | null;
  permissions: Permissions;
}
export type RolePatch = Partial<RoleFields>;

/** What of the wanted fields is not so already, and what it was. */
export const findChanges = (
  role: RoleFields,
  { name, color, permissions }: { [K in keyof RoleFields]?: RoleFields[K] | undefined },
): { before: RolePatch; after: RolePatch; isEmpty: boolean } => {
  const hasName = name !== undefined && name !== role.name;
  const hasColor = color !== undefined && color !== role.color;
  const hasBits = permissions !== undefined && permissions !== role.permissions;
  return {
    before: {
      ...(hasName && { name: role.name }),
      ...(hasColor && { color: role.color }),
      ...(hasBits && { permissions: role.permissions }),
    },
    after: { ...(hasName && { name }), ...(hasColor && { color }), ...(hasBits && { permissions }) },
    isEmpty: !hasName && !hasColor && !hasBits,
  };
};

const highestFirst = (one: RolePlace, other: RolePlace): number =>
  other.position - one.position || (one.id < other.id ? -1 : 1);

interface Reordering<R extends RolePlace> {
  /** All roles but @everyone. */
  all: readonly R[];
  /** Highest first. */
  wanted: readonly RoleId[];
  /** The position of the actor's highest role. */
  standing: number;
}

/** A role and its new position. */
export interface Move<R extends RolePlace> {
  role: R;
  to: number;
}

/**
 * The moves that bring the roles into the wanted order, highest first. It names each of them once; those at or
 * above the actor stay where they are.
 */
export const planOrder = <R extends RolePlace>({
  all,
  wanted,
  standing,
}: Reordering<R>): { moves: Move<R>[] } | { fault: "incomplete" | "hierarchy" } => {
  const before = all.toSorted(highestFirst);
  const byId = new Map(all.map((role) => [role.id, role]));
  const after = wanted.map((id) => byId.get(id)).filter((role) => role !== undefined);
  if (wanted.length !== all.length || new Set(after).size !== all.length) return { fault: "incomplete" };
  const isKept = before.every((role, index) => role.position < standing || after[index] === role);
  if (!isKept) return { fault: "hierarchy" };
  const moves = after.map((role, index) => ({ role, to: all.length - index }));
  return { moves: moves.filter(({ role, to }) => role.position !== to) };
};
