/** For how long and for how many an invite is good, as one may choose it. */
const hourSeconds = 60 * 60;
const daySeconds = 24 * hourSeconds;

export const lifetimes = [
  { value: "hour", label: "1 hour", seconds: hourSeconds },
  { value: "day", label: "1 day", seconds: daySeconds },
  { value: "week", label: "7 days", seconds: 7 * daySeconds },
  { value: "month", label: "30 days", seconds: 30 * daySeconds },
  { value: "never", label: "Never", seconds: null },
] as const;

export const limitsOfUse = [
  { value: "any", label: "No limit", maxUses: null },
  { value: "1", label: "1 person", maxUses: 1 },
  { value: "10", label: "10 people", maxUses: 10 },
  { value: "100", label: "100 people", maxUses: 100 },
] as const;

export type Lifetime = (typeof lifetimes)[number]["value"];
export type Uses = (typeof limitsOfUse)[number]["value"];

/** The same as `invites.create` takes it. */
export const toTerms = (
  lifetime: Lifetime,
  uses: Uses,
): { expiresInSeconds: number | null; maxUses: number | null } => ({
  expiresInSeconds: lifetimes.find(({ value }) => value === lifetime)?.seconds ?? null,
  maxUses: limitsOfUse.find(({ value }) => value === uses)?.maxUses ?? null,
});
