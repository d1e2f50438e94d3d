/** One figure of a suite: ours, what it is measured against in the same run, and what it is to be. */
export interface BenchLine {
  /** What was measured, for people. */
  what: string;
  /** Of both figures: "ms", "KB". */
  unit: string;
  ours: number;
  /** Who or what the other figure is of; none where there is nothing to compare with. */
  baseline: { name: string; figure: number } | undefined;
  goal: Goal | undefined;
}

/** `ratio` is of ours to the baseline's, `difference` by how much ours is more. */
export type Goal =
  | { of: "ours" | "difference"; atMost: number }
  | { of: "ratio"; atLeast: number }
  | { of: "ratio"; atMost: number };

export interface BenchOptions {
  /** Fewer and shorter rounds: to see whether it runs, not to be quoted. */
  isQuick: boolean;
  /** What a suite has to show is drawn anew, into docs/. */
  isDrawn: boolean;
}

export type Suite = (options: BenchOptions) => AsyncIterable<BenchLine>;

/** To what a figure can be trusted for. */
export const round = (figure: number): number => Number(figure.toPrecision(4));

/** Of ours to the baseline's. */
export const ratioOf = ({ ours, baseline }: BenchLine): number | undefined =>
  baseline && round(ours / baseline.figure);

const figureFor = ({ of }: Goal, line: BenchLine): number | undefined => {
  if (of === "ours") return line.ours;
  return of === "ratio" ? ratioOf(line) : line.baseline && line.ours - line.baseline.figure;
};

/** Undefined without a goal. */
export const isMet = (line: BenchLine): boolean | undefined => {
  const { goal } = line;
  if (!goal) return undefined;
  const figure = figureFor(goal, line);
  if (figure === undefined) return false;
  return "atMost" in goal ? figure <= goal.atMost : figure >= goal.atLeast;
};

/** Undefined without one. */
export const describeGoal = ({ goal, unit }: BenchLine): string | undefined => {
  if (!goal) return undefined;
  const bound = "atMost" in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`;
  const kinds = { ours: unit, ratio: "times", difference: `${unit} more` };
  return `${bound} ${kinds[goal.of]}`;
};

/** For people. */
export const formatLine = (line: BenchLine): string => {
  const { what, unit, ours, baseline } = line;
  const against = baseline
    ? `${baseline.name} ${round(baseline.figure)} ${unit} | ratio ${ratioOf(line)}`
    : "no baseline";
  const goal = describeGoal(line);
  const verdict = goal === undefined ? "no goal" : `goal ${goal}: ${isMet(line) ? "met" : "MISSED"}`;
  return `${what} | ${round(ours)} ${unit} | ${against} | ${verdict}`;
};

/** For programs. */
export const toJson = (line: BenchLine) => ({
  what: line.what,
  unit: line.unit,
  ours: round(line.ours),
  baseline: line.baseline && { name: line.baseline.name, figure: round(line.baseline.figure) },
  ratio: ratioOf(line),
  goal: line.goal,
  isMet: isMet(line),
});
