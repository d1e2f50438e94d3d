/** Changes of ordered lists. Pure, and the same list comes back when nothing changed, so that nothing is drawn again. */

/** Puts the item in place of the one with the same identity, or adds it, in the list's order. */
export const upsert = <T>(
  list: T[],
  item: T,
  { id, order }: { id: (item: T) => unknown; order: (a: T, b: T) => number },
): T[] => [...list.filter((other) => id(other) !== id(item)), item].toSorted(order);

export const without = <T>(list: T[], isGone: (item: T) => boolean): T[] => {
  const kept = list.filter((item) => !isGone(item));
  return kept.length === list.length ? list : kept;
};

/** Changes each item; items that stay the same stay the same objects. */
export const mapItems = <T>(list: T[], change: (item: T) => T): T[] => {
  const changed = list.map(change);
  return changed.every((item, index) => item === list[index]) ? list : changed;
};

export const compare = (a: string | number, b: string | number): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
