import { RadioGroup } from "radix-ui";
import type { ReactNode } from "react";

import styles from "./segmented-control.module.css";

export type SegmentedControlProps<Value extends string> = {
  label: string;
  options: readonly { value: Value; label: string; icon?: ReactNode }[];
  value: Value;
  onValueChange: (value: Value) => void;
  /** Default: false. */
  isDisabled?: boolean;
  /** For the id of what explains it. */
  describedBy?: string | undefined;
};

/** A choice among a few that are all in view: arrows move, and what is chosen takes effect at once. */
export const SegmentedControl = <Value extends string>(props: SegmentedControlProps<Value>) => {
  const { label, options, value, onValueChange, isDisabled = false, describedBy } = props;
  const choose = (chosen: string): void => {
    const option = options.find((candidate) => candidate.value === chosen);
    if (option) onValueChange(option.value);
  };
  return (
    <RadioGroup.Root
      className={styles.control}
      aria-label={label}
      aria-describedby={describedBy}
      value={value}
      onValueChange={choose}
      disabled={isDisabled}
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
