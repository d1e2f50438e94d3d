import { Switch as Primitive } from "radix-ui";
import { useId } from "react";

import { cx } from "#client/lib/cx.ts";

import type { ToggleProps } from "./checkbox.tsx";
import styles from "./toggle.module.css";

/** For what takes effect at once; a checkbox is for what is sent with a form. */
export const Switch = ({ label, hint, isChecked, onCheckedChange, isDisabled = false }: ToggleProps) => {
  const id = useId();
  return (
    <div className={cx(styles.row, styles.spread)}>
      <div className={styles.words}>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && <p id={`${id}-hint`}>{hint}</p>}
      </div>
      <Primitive.Root
        id={id}
        className={styles.track}
        checked={isChecked}
        disabled={isDisabled}
        onCheckedChange={onCheckedChange}
        {...(hint !== undefined && { "aria-describedby": `${id}-hint` })}
      >
        <Primitive.Thumb className={styles.thumb} />
      </Primitive.Root>
    </div>
  );
};
