const numbers = new Intl.NumberFormat("en");

/** Columns as wide as their widest cell; numbers stand at the right. */
export const alignRows = (rows: readonly (readonly (string | number)[])[]): string[] => {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === "number" ? numbers.format(cell) : cell)),
  );
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row, line) =>
    row
      .map((cell, column) => {
        const [text = "", width = 0] = [cells[line]?.[column], widths[column]];
        return typeof cell === "number" ? text.padStart(width) : text.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
};
