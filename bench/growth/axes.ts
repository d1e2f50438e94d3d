/** Along what a community grows, and what is looked at there. */
import { limits } from "#shared/limits.ts";
import type { BenchLine } from "../bench-line.ts";
import type { Size } from "./community.ts";
import type { ActName } from "./costs.ts";

export interface Scale {
  base: Size;
  factors: readonly number[];
  corner: Size;
}

/** The small community, what it is multiplied by, and one that is big in two ways; filling takes the longest by far. */
export const scales: Record<"full" | "quick", Scale> = {
  full: {
    base: { members: 50, channels: 5, messages: 10_000 },
    factors: [1, 10, 100],
    corner: { members: 5_000, channels: limits.channelsPerServer, messages: 10_000 },
  },
  quick: {
    base: { members: 50, channels: 5, messages: 1_000 },
    factors: [1, 10],
    corner: { members: 500, channels: 50, messages: 1_000 },
  },
};
export type CostName = ActName | "fanOut" | "readyBytes" | "memory";

interface CostKind {
  label: string;
  unit: "ms" | "kB" | "MB";
  /** By how much it may grow. */
  atMost?: number;
}

export const costs: Record<CostName, CostKind> = {
  fanOut: { label: "a message to all", unit: "ms" },
  govern: { label: "a governing act", unit: "ms" },
  ready: { label: "READY", unit: "ms" },
  readyBytes: { label: "READY's size", unit: "kB" },
  memory: { label: "rights in memory", unit: "MB" },
  memberSearch: { label: "searching for a member", unit: "ms" },
  memberPage: { label: "a page of members", unit: "ms" },
  comeAndGo: { label: "leaving and joining", unit: "ms" },
  unread: { label: "marks of what is read", unit: "ms" },
  send: { label: "storing a message", unit: "ms" },
  // The issue's own goal, for channels of every age.
  history: { label: "a page of history", unit: "ms", atMost: 1.2 },
  search: { label: "searching a channel", unit: "ms" },
  check: { label: "a check of rights", unit: "ms" },
};

export interface Axis {
  /** What grows along it: one of these tenfold and again, or several at once up to the corner. */
  of: readonly (keyof Size)[];
  costs: readonly CostName[];
}

export const axes: readonly Axis[] = [
  {
    of: ["members"],
    costs: [
      "fanOut",
      "govern",
      "ready",
      "readyBytes",
      "memory",
      "memberSearch",
      "memberPage",
      "comeAndGo",
      "send",
      "check",
    ],
  },
  {
    of: ["channels"],
    costs: ["govern", "ready", "readyBytes", "memory", "unread", "comeAndGo", "send", "check"],
  },
  { of: ["messages"], costs: ["send", "history", "search", "ready", "unread"] },
  { of: ["members", "channels"], costs: ["govern", "ready", "readyBytes", "memory", "check"] },
];

/** The smallest first. */
export const sizesOn = ({ of: [grown, ...others] }: Axis, { base, factors, corner }: Scale): Size[] => {
  if (!grown || others.length > 0) return [base, corner];
  return factors.map((factor) => ({ ...base, [grown]: base[grown] * factor }));
};

/** A cost at each size of an axis, the smallest first. */
export interface Growth {
  /** What grows. */
  name: string;
  /** How much of it there is at each size, for people. */
  amounts: string[];
  rows: { cost: CostName; figures: number[] }[];
}

export const growthOn = (
  axis: Axis,
  scale: Scale,
  figureOf: (cost: CostName, size: Size) => number,
): Growth => {
  const sizes = sizesOn(axis, scale);
  return {
    name: axis.of.join(" and "),
    amounts: sizes.map((size) => axis.of.map((grown) => size[grown].toLocaleString("en")).join(" and ")),
    rows: axis.costs.map((cost) => ({ cost, figures: sizes.map((size) => figureOf(cost, size)) })),
  };
};

/** One line for each size but the first, which the others are measured against. */
export const linesOf = ({ name, amounts, rows }: Growth): BenchLine[] =>
  rows.flatMap(({ cost, figures }) => {
    const { label, unit, atMost } = costs[cost];
    const [first = Number.NaN, ...others] = figures;
    return others.map((ours, index) => ({
      what: `${label}, ${amounts[index + 1]} ${name}`,
      unit,
      ours,
      baseline: { name: `with ${amounts[0]}`, figure: first },
      goal: atMost === undefined ? undefined : { of: "ratio", atMost },
    }));
  });
