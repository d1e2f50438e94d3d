/** Figures as a person reads them. Pure. */
const numbers = new Intl.NumberFormat("en");
const units = ["B", "kB", "MB", "GB", "TB"];

export const countText = (count: number, [one, many]: readonly [string, string]): string =>
  `${numbers.format(count)} ${count === 1 ? one : many}`;

/** 1.5 MB. */
export const bytesText = (bytes: number): string => {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1_000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step]}`;
};
