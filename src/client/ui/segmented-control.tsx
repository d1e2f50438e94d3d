import { RadioGroup } from "radix-ui";
import type { CSSProperties, ReactNode } from "react";

import { cx } from "#client/lib/cx.ts";

import styles from "./segmented-control.module.css";

export type SegmentedControlProps<Value extends string> = {
  label: string;
  options: readonly { value: Value; label: string; icon?: ReactNode }[];
  value: Value;
  onValueChange: (value: Value) => void;
  /** Default: false. */
  isDisabled?: boolean;
  /** The id of what explains it. */
  describedBy?: string;
  /** Rows of so many, all of one width, for more than fit into one. Default: one row. */
  columns?: number;
};

const toColumns = (columns: number): CSSProperties & Record<`--${string}`, number> => ({
  "--columns": columns,
});

/** A choice among a few that are all in view: arrows move, and what is chosen takes effect at once. */
export const SegmentedControl = <Value extends string>(props: SegmentedControlProps<Value>) => {
  const { label, options, value, onValueChange, isDisabled = false, describedBy, columns } = props;
  const choose = (chosen: string): void => {
    const option = options.find((candidate) => candidate.value === chosen);
    if (option) onValueChange(option.value);
  };
  return (
    <RadioGroup.Root
      className={cx(styles.control, columns !== undefined && styles.rows)}
      aria-label={label}
      aria-describedby={describedBy}
      disabled={isDisabled}
      value={value}
      onValueChange={choose}
      {...(columns !== undefined && { style: toColumns(columns) })}
    >
      {options.map((option) => (
        <RadioGroup.Item key={option.value} value={option.value} className={styles.option}>
          {option.icon}
          {option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
};
