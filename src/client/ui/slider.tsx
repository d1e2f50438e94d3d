import { Slider as Primitive } from "radix-ui";
import { useId, type ReactNode } from "react";

import fieldStyles from "./field.module.css";
import styles from "./slider.module.css";

export type SliderProps = {
  label: string;
  hint?: ReactNode;
  min: number;
  max: number;
  /** Default: 1. */
  step?: number;
  value: number;
  /** Told while it is being moved. */
  onValueChange: (value: number) => void;
  /** The value in words, beside the label and for screen readers. Default: the number. */
  formatValue?: (value: number) => string;
  /** Stands in the place of the plain track: a level that the value cuts, for example. */
  track?: ReactNode;
  isDisabled?: boolean;
};

/** A value in a range, where seeing it between its ends says more than its number. */
export const Slider = ({ label, hint, value, track, isDisabled = false, ...props }: SliderProps) => {
  const { min, max, step = 1, onValueChange, formatValue = String } = props;
  const id = useId();
  const words = formatValue(value);
  return (
    <div className={fieldStyles.field}>
      <div className={fieldStyles.top}>
        <span id={`${id}-label`} className={fieldStyles.label}>
          {label}
        </span>
        <span className={styles.value} aria-hidden>
          {words}
        </span>
      </div>
      <Primitive.Root
        className={styles.slider}
        min={min}
        max={max}
        step={step}
        value={[value]}
        disabled={isDisabled}
        onValueChange={([chosen = value]) => onValueChange(chosen)}
      >
        {track ?? (
          <Primitive.Track className={styles.track}>
            <Primitive.Range className={styles.range} />
          </Primitive.Track>
        )}
        <Primitive.Thumb
          className={styles.thumb}
          aria-labelledby={`${id}-label`}
          aria-valuetext={words}
          {...(hint !== undefined && { "aria-describedby": `${id}-hint` })}
        />
      </Primitive.Root>
      {hint !== undefined && (
        <p id={`${id}-hint`} className={fieldStyles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
};
