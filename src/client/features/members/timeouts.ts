/** Keeping somebody from talking for a while: how long, and how much of it is left. */
import { useIsBefore } from "#client/lib/at-moment.ts";
import { limits } from "#shared/limits.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export const timeoutSpans = [
  { value: "1m", label: "1 min", seconds: minute },
  { value: "5m", label: "5 min", seconds: 5 * minute },
  { value: "10m", label: "10 min", seconds: 10 * minute },
  { value: "1h", label: "1 hour", seconds: hour },
  { value: "1d", label: "1 day", seconds: day },
  { value: "1w", label: "1 week", seconds: 7 * day },
] as const;

export const spanUnits = [
  { value: "minutes", label: "minutes", seconds: minute },
  { value: "hours", label: "hours", seconds: hour },
  { value: "days", label: "days", seconds: day },
] as const;

export type SpanUnit = (typeof spanUnits)[number]["value"];

/** Seconds of what was typed; undefined where it is no length of time that the server takes. */
export const readSpan = (amount: string, unit: SpanUnit): number | undefined => {
  if (!/^\d{1,5}$/.test(amount.trim())) return undefined;
  const seconds = Number(amount) * (spanUnits.find(({ value }) => value === unit)?.seconds ?? minute);
  return seconds > 0 && seconds <= limits.timeoutMaxSeconds ? seconds : undefined;
};

/** When a timeout ends; undefined when there is none, or it is over. */
export const getTimeoutEndMs = (
  { timeoutUntil }: { timeoutUntil: string | null },
  nowMs: number,
): number | undefined => {
  const endMs = timeoutUntil === null ? Number.NaN : Date.parse(timeoutUntil);
  return endMs > nowMs ? endMs : undefined;
};

/** The same, drawn again when it is over. */
export const useTimeoutEnd = (member: { timeoutUntil: string | null } | undefined): number | undefined => {
  const until = member?.timeoutUntil;
  const isRunning = useIsBefore(until);
  return isRunning && until ? Date.parse(until) : undefined;
};
