/** Where roles stand to one another. Pure. */
import type { Role } from "#shared/contract/roles.ts";
import type { RoleId } from "#shared/ids.ts";

export const isEveryone = ({ position }: Role): boolean => position === 0;

/**
 * The whole order, highest first and without @everyone, after one step; undefined where there is no further, or where
 * the caller may not move either of the two. `roles` stand highest first.
 */
export const moveRole = (
  roles: readonly Role[],
  { id, step, canMove }: { id: RoleId; step: 1 | -1; canMove: (role: Role) => boolean },
): RoleId[] | undefined => {
  const movable = roles.filter((role) => !isEveryone(role));
  const at = movable.findIndex((role) => role.id === id);
  const [role, other] = [movable[at], movable[at + step]];
  if (!role || !other || !canMove(role) || !canMove(other)) return undefined;
  const swapped = new Map([
    [role.id, other.id],
    [other.id, role.id],
  ]);
  return movable.map((one) => swapped.get(one.id) ?? one.id);
};
