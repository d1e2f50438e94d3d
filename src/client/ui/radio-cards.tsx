import { RadioGroup } from "radix-ui";
import { useId } from "react";

import styles from "./radio-cards.module.css";

export type RadioCardsProps<Value extends string> = {
  label: string;
  options: readonly { value: Value; label: string; hint: string }[];
  value: Value;
  onValueChange: (value: Value) => void;
  /** Shows the choice, and lets nobody change it. Default: false. */
  isDisabled?: boolean;
};

/** A choice among a few that have to be explained: arrows move, and what is chosen takes effect at once. */
export const RadioCards = <Value extends string>(props: RadioCardsProps<Value>) => {
  const { label, options, value, onValueChange, isDisabled = false } = props;
  const id = useId();
  const choose = (chosen: string): void => {
    const option = options.find((candidate) => candidate.value === chosen);
    if (option) onValueChange(option.value);
  };
  return (
    <RadioGroup.Root
      className={styles.cards}
      aria-label={label}
      value={value}
      disabled={isDisabled}
      onValueChange={choose}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          className={styles.card}
          aria-labelledby={`${id}-${option.value}`}
          aria-describedby={`${id}-${option.value}-hint`}
        >
          <span className={styles.mark} aria-hidden />
          <span className={styles.words}>
            <span id={`${id}-${option.value}`} className={styles.label}>
              {option.label}
            </span>
            <span id={`${id}-${option.value}-hint`} className={styles.hint}>
              {option.hint}
            </span>
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
};
