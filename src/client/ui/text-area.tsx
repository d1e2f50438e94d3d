import type { ChangeEvent } from "react";

import { AutoTextArea, type AutoTextAreaProps } from "./auto-text-area.tsx";
import styles from "./field.module.css";
import { Field, type FieldProps } from "./field.tsx";
import { useTypedLength } from "./text-field.tsx";

export type TextAreaProps = FieldProps & Omit<AutoTextAreaProps, "id" | "className" | "children">;

export const TextArea = ({ onChange, minRows = 3, ...props }: TextAreaProps) => {
  const { label, isLabelHidden = false, hint, error, limit, ...area } = props;
  const [length, setLength] = useTypedLength(area.value, area.defaultValue);
  const field = { label, isLabelHidden, hint, error, ...(limit !== undefined && { limit }) };
  const change = (event: ChangeEvent<HTMLTextAreaElement>): void => {
    setLength(event.target.value.length);
    onChange?.(event);
  };
  return (
    <Field {...field} length={length}>
      {(control) => (
        <div className={styles.frame}>
          <AutoTextArea
            {...area}
            {...control}
            minRows={minRows}
            className={styles.control}
            onChange={change}
          />
        </div>
      )}
    </Field>
  );
};
