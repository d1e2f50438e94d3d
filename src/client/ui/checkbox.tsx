import { Check } from "lucide-react";
import { Checkbox as Primitive } from "radix-ui";
import { useId, type ReactNode } from "react";

import styles from "./toggle.module.css";

export type ToggleProps = {
  label: string;
  hint?: ReactNode;
  isChecked: boolean;
  onCheckedChange: (isChecked: boolean) => void;
  isDisabled?: boolean;
};

export const Checkbox = ({ label, hint, isChecked, onCheckedChange, isDisabled = false }: ToggleProps) => {
  const id = useId();
  return (
    <div className={styles.row}>
      <Primitive.Root
        id={id}
        className={styles.box}
        checked={isChecked}
        disabled={isDisabled}
        onCheckedChange={(checked) => onCheckedChange(checked === true)}
        {...(hint !== undefined && { "aria-describedby": `${id}-hint` })}
      >
        <Primitive.Indicator>
          <Check aria-hidden strokeWidth={3} />
        </Primitive.Indicator>
      </Primitive.Root>
      <div className={styles.words}>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && <p id={`${id}-hint`}>{hint}</p>}
      </div>
    </div>
  );
};
