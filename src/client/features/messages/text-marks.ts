/** Markdown by keys. Pure. */

export interface Selection {
  start: number;
  end: number;
}

/** Puts the selection between marks, or takes the marks that are there away. */
export const toggleMark = (
  text: string,
  { start, end }: Selection,
  mark: string,
): { text: string; selection: Selection } => {
  const before = text.slice(0, start);
  const inside = text.slice(start, end);
  const after = text.slice(end);
  const size = mark.length;
  if (before.endsWith(mark) && after.startsWith(mark)) {
    return {
      text: before.slice(0, -size) + inside + after.slice(size),
      selection: { start: start - size, end: end - size },
    };
  }
  return { text: before + mark + inside + mark + after, selection: { start: start + size, end: end + size } };
};
