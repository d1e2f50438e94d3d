/**
 * Moments in words, in the reader's language and time zone. `nowMs` is a parameter, so that a list asks the clock once
 * and a test never.
 */

export type TimeOptions = {
  /** Default: now. */
  nowMs?: number;
  /** Default: the browser's. */
  locale?: string | undefined;
  /** An IANA name. Default: the browser's. */
  timeZone?: string | undefined;
};

/** An ISO 8601 string, or milliseconds since 1970. */
export type Moment = string | number;

const toDate = (moment: Moment): Date => new Date(moment);

/** Making a formatter costs a hundred times more than using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

const getFormat = (
  kind: Intl.DateTimeFormatOptions,
  { locale, timeZone }: TimeOptions,
): Intl.DateTimeFormat => {
  const key = JSON.stringify([kind, locale, timeZone]);
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.DateTimeFormat(locale, { ...kind, ...(timeZone !== undefined && { timeZone }) });
  formats.set(key, format);
  return format;
};

/** The day as "2026-11-24", where the reader is. */
const getDayKey = (moment: Moment, { timeZone }: TimeOptions): string =>
  getFormat({ year: "numeric", month: "2-digit", day: "2-digit" }, { locale: "en-CA", timeZone }).format(
    toDate(moment),
  );

const dayMs = 86_400_000;

/** Whole days from the moment's day to today's: 0 today, 1 yesterday. */
const getDaysAgo = (moment: Moment, options: TimeOptions): number => {
  const today = getDayKey(options.nowMs ?? Date.now(), options);
  return Math.round((Date.parse(today) - Date.parse(getDayKey(moment, options))) / dayMs);
};

const capitalise = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

const formatDaysAgo = (days: number, { locale }: TimeOptions): string =>
  new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-days, "day");

/** Whether two moments fall on one day where the reader is. */
export const isSameDay = (a: Moment, b: Moment, options: TimeOptions = {}): boolean =>
  getDayKey(a, options) === getDayKey(b, options);

/** A day within a sentence: "today", "yesterday", "24 November 2026". */
export const formatDayInText = (moment: Moment, options: TimeOptions = {}): string => {
  const days = getDaysAgo(moment, options);
  if (days === 0 || days === 1) return formatDaysAgo(days, options);
  return getFormat({ dateStyle: "long" }, options).format(toDate(moment));
};

/** For the line between two days: "Today", "Yesterday", "24 November 2026". */
export const formatDay = (moment: Moment, options: TimeOptions = {}): string =>
  capitalise(formatDayInText(moment, options));

/** The time of day: "09:05". */
export const formatTime = (moment: Moment, options: TimeOptions = {}): string =>
  getFormat({ hour: "2-digit", minute: "2-digit" }, options).format(toDate(moment));

/** For a message's head: "09:05", "Yesterday, 09:05", "24 Nov 2026, 09:05". */
export const formatMoment = (moment: Moment, options: TimeOptions = {}): string => {
  const days = getDaysAgo(moment, options);
  if (days === 0) return formatTime(moment, options);
  if (days === 1) return `${capitalise(formatDaysAgo(1, options))}, ${formatTime(moment, options)}`;
  return getFormat({ dateStyle: "medium", timeStyle: "short" }, options).format(toDate(moment));
};

/** All of it, for a title: "Tuesday, 24 November 2026 at 09:05:12". */
export const formatTimestamp = (moment: Moment, options: TimeOptions = {}): string =>
  getFormat({ dateStyle: "full", timeStyle: "medium" }, options).format(toDate(moment));

const units = [
  ["year", 365 * dayMs],
  ["month", 30 * dayMs],
  ["week", 7 * dayMs],
  ["day", dayMs],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** How far from now, roughly: "now", "5 minutes ago", "in 3 days". It grows stale: not for messages. */
export const formatRelative = (moment: Moment, options: TimeOptions = {}): string => {
  const distanceMs = toDate(moment).getTime() - (options.nowMs ?? Date.now());
  const format = new Intl.RelativeTimeFormat(options.locale, { numeric: "auto" });
  const [unit, unitMs] = units.find(([, ms]) => Math.abs(distanceMs) >= ms) ?? (["second", 1_000] as const);
  return unit === "second"
    ? format.format(0, "second")
    : format.format(Math.round(distanceMs / unitMs), unit);
};

const spanUnits = [
  ["week", 7 * 24 * 60 * 60],
  ["day", 24 * 60 * 60],
  ["hour", 60 * 60],
  ["minute", 60],
  ["second", 1],
] as const;

/** A length of time in its largest unit that comes out even: "30 seconds", "1 hour", "90 minutes", "2 weeks". */
export const formatSpan = (
  seconds: number,
  { locale, unitDisplay = "long" }: TimeOptions & { unitDisplay?: "long" | "short" } = {},
): string => {
  const [unit, unitSeconds] = spanUnits.find(([, length]) => seconds >= length && seconds % length === 0) ?? [
    "second",
    1,
  ];
  const format = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay });
  return format.format(seconds / unitSeconds);
};

/** What is left, to be watched: "0:09", "12:05", "1:00:00". */
export const formatCountdown = (seconds: number): string => {
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? `${part}` : `${part}`.padStart(2, "0"))).join(":");
};

/** When something ends: "14:30" today, else "tomorrow, 14:30" or "24 Nov 2026, 14:30". */
export const formatUntil = (moment: Moment, options: TimeOptions = {}): string => {
  const days = getDaysAgo(moment, options);
  if (days === 0) return formatTime(moment, options);
  if (days === -1) return `${formatDaysAgo(-1, options)}, ${formatTime(moment, options)}`;
  return getFormat({ dateStyle: "medium", timeStyle: "short" }, options).format(toDate(moment));
};
