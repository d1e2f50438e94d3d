/** One figure of a fault, and what is promised of it. */
export interface FaultLine {
  what: string;
  unit: string;
  figure: number;
  /** None where it is only told. */
  promise?: { atMost: number } | { atLeast: number };
}

export interface FaultOptions {
  /** Shorter and fewer: whether it runs, and holds. */
  isQuick: boolean;
}

export type Fault = (options: FaultOptions) => AsyncIterable<FaultLine>;

export const isKept = ({ figure, promise }: FaultLine): boolean => {
  if (!promise) return true;
  return "atMost" in promise ? figure <= promise.atMost : figure >= promise.atLeast;
};

export const formatLine = (line: FaultLine): string => {
  const figure = `${line.what} | ${round(line.figure)} ${line.unit}`;
  if (!line.promise) return figure;
  const [bound] = Object.entries(line.promise).map(([side, value]) =>
    side === "atMost" ? `at most ${value}` : `at least ${value}`,
  );
  return `${figure} | promised: ${bound} | ${isKept(line) ? "kept" : "BROKEN"}`;
};

const round = (figure: number): number => Number(figure.toPrecision(4));
