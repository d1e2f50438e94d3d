/** How tiles of one shape stand in a place so that each is as large as can be. Pure. */

export interface TileFit {
  columns: number;
  widthPx: number;
  /** The tiles' width by their height. */
  ratio: number;
}

/** Below this nobody is recognised: from here on the place scrolls. */
const minWidthPx = 152;
/** Larger than this one looks at a wall. */
const maxWidthPx = 720;
export const tileGapPx = 12;

/** On something narrow the tiles are less wide for their height, or they would be strips. */
const narrowPx = 520;

/** Of the largest width that any number of columns gives. */
const goodEnough = 0.88;

type Place = { widthPx: number; heightPx: number };

const widthIn = ({ widthPx, heightPx }: Place, grid: { columns: number; rows: number; ratio: number }) => {
  const { columns, rows, ratio } = grid;
  const byWidth = (widthPx - tileGapPx * (columns - 1)) / columns;
  const byHeight = ((heightPx - tileGapPx * (rows - 1)) / rows) * ratio;
  return Math.min(byWidth, byHeight, maxWidthPx);
};

export const fitTiles = (count: number, place: Place): TileFit => {
  const ratio = place.widthPx < narrowPx ? 4 / 3 : 16 / 9;
  // Fewer rows are easier to look over: a little size is given for that.
  const fits = Array.from({ length: count }, (_, index) => {
    const columns = index + 1;
    const rows = Math.ceil(count / columns);
    return { columns, ratio, widthPx: Math.floor(widthIn(place, { columns, rows, ratio })) };
  });
  const largestPx = Math.max(0, ...fits.map(({ widthPx }) => widthPx));
  const best = fits.findLast(({ widthPx }) => widthPx >= largestPx * goodEnough);
  if (best && best.widthPx >= minWidthPx) return best;
  const columns = Math.max(1, Math.floor((place.widthPx + tileGapPx) / (minWidthPx + tileGapPx)));
  return { columns, ratio, widthPx: Math.floor((place.widthPx - tileGapPx * (columns - 1)) / columns) };
};
