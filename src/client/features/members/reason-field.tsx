import { TextField } from "#client/ui/text-field.tsx";
import { limits } from "#shared/limits.ts";

const { maxLength } = limits.reason;

export const isReasonTooLong = (reason: string): boolean => reason.trim().length > maxLength;

type Props = { value: string; onChange: (reason: string) => void };

/** Why something is done to somebody: for those who govern the server, not for the one it is done to. */
export const ReasonField = ({ value, onChange }: Props) => (
  <TextField
    label="Reason (optional)"
    value={value}
    limit={maxLength}
    autoComplete="off"
    hint="Stands in the audit log."
    error={isReasonTooLong(value) ? `A reason has at most ${maxLength} characters.` : undefined}
    onChange={(event) => onChange(event.target.value)}
  />
);
