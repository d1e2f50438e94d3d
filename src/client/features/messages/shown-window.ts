/**
 * The step from the rows on the screen to the rows that belong there. The virtual list knows its rows by their places: it
 * keeps what the reader looks at where it is when rows come or go at its start, and nowhere else. A change of both ends at
 * once is therefore shown in two steps, the start first. Pure.
 */

type Keyed = { readonly key: string };

export interface ShownWindow<T extends Keyed> {
  rows: readonly T[];
  /** What the rows become with the next step; the same array when they are there. */
  target: readonly T[];
  /** Whether this step changed the start. */
  isShift: boolean;
  /** Grows when nothing of what was shown stays: the list begins anew. */
  generation: number;
}

export const createWindow = <T extends Keyed>(rows: readonly T[]): ShownWindow<T> => ({
  rows,
  target: rows,
  isShift: false,
  generation: 0,
});

/** The second step. */
export const settleWindow = <T extends Keyed>(shown: ShownWindow<T>): ShownWindow<T> =>
  shown.rows === shown.target && !shown.isShift ? shown : { ...shown, rows: shown.target, isShift: false };

/** A row that stays, from the one that the reader looks at on, or else above it. */
const findAnchor = (
  shown: readonly Keyed[],
  places: ReadonlyMap<string, number>,
  fromIndex: number,
): { from: number; to: number } | undefined => {
  const below = shown.findIndex(({ key }, index) => index >= fromIndex && key !== "top" && places.has(key));
  const index = below === -1 ? shown.findLastIndex(({ key }) => key !== "top" && places.has(key)) : below;
  const to = places.get(shown[index]?.key ?? "");
  return to === undefined ? undefined : { from: index, to };
};

/** The first step. `topIndex` is the row at the upper edge of what the reader sees. */
export const moveWindow = <T extends Keyed>(
  shown: ShownWindow<T>,
  target: readonly T[],
  topIndex: number,
): ShownWindow<T> => {
  const places = new Map(target.map(({ key }, index) => [key, index]));
  const anchor = findAnchor(shown.rows, places, topIndex);
  const hasMessages = shown.rows.some(({ key }) => key !== "top");
  if (!anchor) {
    const generation = shown.generation + (hasMessages ? 1 : 0);
    return { rows: target, target, isShift: false, generation };
  }
  const moved = anchor.to - anchor.from;
  if (moved === 0) return { ...shown, rows: target, target, isShift: false };
  const isOneStep = target.length - shown.rows.length === moved;
  const rows = isOneStep ? target : [...target.slice(0, anchor.to), ...shown.rows.slice(anchor.from)];
  return { ...shown, rows, target, isShift: true };
};
