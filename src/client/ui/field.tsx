import { CircleAlert } from "lucide-react";
import { useId, type ReactNode } from "react";

import { cx } from "#client/lib/cx.ts";

import styles from "./field.module.css";
import { VisuallyHidden } from "./visually-hidden.tsx";

export type FieldProps = {
  label: string;
  /** The label is there for screen readers alone. Default: false. */
  isLabelHidden?: boolean;
  /** How to fill it in, before anything is wrong. */
  hint?: ReactNode;
  /** What is wrong and how to mend it. */
  error?: string | undefined;
  /** The most characters that are accepted. Typing goes on beyond it and is counted, so that nothing is cut off. */
  limit?: number;
};

/** What the control itself must carry so that label, hint and error belong to it. */
export type ControlProps = { id: string; "aria-describedby"?: string; "aria-invalid"?: true };

/** The limit is told from here on, as a part of it. */
const countFrom = 0.8;

const Counter = ({ length, limit }: { length: number; limit: number }) => {
  if (length < limit * countFrom) return null;
  const left = limit - length;
  return (
    <span className={cx(styles.counter, left < 0 && styles.over)} aria-live="polite">
      {left}
      <VisuallyHidden>{left < 0 ? " characters over the limit" : " characters left"}</VisuallyHidden>
    </span>
  );
};

export const Field = (
  props: FieldProps & { length: number; children: (control: ControlProps) => ReactNode },
) => {
  const { label, isLabelHidden = false, hint, error, limit, length, children } = props;
  const id = useId();
  const isWrong = error !== undefined || (limit !== undefined && length > limit);
  const describedBy = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(
    Boolean,
  );
  const control: ControlProps = {
    id,
    ...(describedBy.length > 0 && { "aria-describedby": describedBy.join(" ") }),
    ...(isWrong && { "aria-invalid": true as const }),
  };
  return (
    <div className={styles.field}>
      <div className={cx(styles.top, isLabelHidden && styles.topHidden)}>
        <label htmlFor={id} className={styles.label}>
          {isLabelHidden ? <VisuallyHidden>{label}</VisuallyHidden> : label}
        </label>
        {limit !== undefined && <Counter length={length} limit={limit} />}
      </div>
      {children(control)}
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          <CircleAlert aria-hidden />
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
};
