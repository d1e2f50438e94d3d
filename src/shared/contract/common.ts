/** Pieces that several features' inputs and wire objects are made of. */
import { z } from "zod";
import { parsePermissions } from "../permissions.ts";

/** ISO 8601, UTC. */
export type Time = string;
/** Permission bits as a decimal string. */
export type Bits = string;

const isStorable = (value: string): boolean => !value.includes("\u0000");

/**
 * Text as a user may type it, trimmed. PostgreSQL cannot store U+0000, so it is refused here; nor half of a surrogate pair,
 * which is what cutting an emoji in two leaves: that becomes U+FFFD.
 */
export const text = (bounds: { minLength?: number; maxLength: number }) =>
  z
    .string()
    .max(bounds.maxLength * 4)
    .refine(isStorable, "must not contain the character U+0000")
    .transform((value) => value.toWellFormed().trim())
    .pipe(
      z
        .string()
        .min(bounds.minLength ?? 0)
        .max(bounds.maxLength),
    );

/** Text that may be taken away: empty and null both mean none. */
export const optionalText = (bounds: { maxLength: number }) =>
  text(bounds)
    .transform((value) => (value === "" ? null : value))
    .nullable();

/** A point in time, ISO 8601 with an offset or Z. */
export const TimeInput = z.iso.datetime({ offset: true });

export const BitsInput = z.string().transform((value, context) => {
  const bits = parsePermissions(value);
  if (bits !== undefined) return bits;
  context.addIssue({ code: "custom", message: "must be a decimal string of permission bits" });
  return z.NEVER;
});
