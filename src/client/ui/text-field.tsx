import { Eye, EyeOff } from "lucide-react";
import { useState, type ChangeEvent, type ComponentProps, type ReactNode } from "react";

import styles from "./field.module.css";
import { Field, type FieldProps } from "./field.tsx";
import { IconButton } from "./icon-button.tsx";

export type TextFieldProps = FieldProps &
  Omit<ComponentProps<"input">, "id" | "type" | "className" | "children"> & {
    /** Default: "text". A password can be shown. */
    type?: "text" | "password" | "email" | "search" | "url" | "number";
    icon?: ReactNode;
    /** Stands at the end, a small IconButton for example. */
    trailing?: ReactNode;
  };

type FieldValue = ComponentProps<"input">["value"];

/** The length of what is typed, whether the field is controlled or not. */
export const useTypedLength = (
  value: FieldValue,
  defaultValue: FieldValue,
): [number, (length: number) => void] => {
  const [length, setLength] = useState(() => defaultValue?.toString().length ?? 0);
  return [value?.toString().length ?? length, setLength];
};

export const TextField = ({ type = "text", icon, trailing, onChange, ...props }: TextFieldProps) => {
  const { label, isLabelHidden = false, hint, error, limit, ...input } = props;
  const [isShown, setIsShown] = useState(false);
  const [length, setLength] = useTypedLength(input.value, input.defaultValue);
  const field = { label, isLabelHidden, hint, error, ...(limit !== undefined && { limit }) };
  const change = (event: ChangeEvent<HTMLInputElement>): void => {
    setLength(event.target.value.length);
    onChange?.(event);
  };
  return (
    <Field {...field} length={length}>
      {(control) => (
        <div className={styles.frame}>
          {icon !== undefined && <span className={styles.icon}>{icon}</span>}
          <input
            {...input}
            {...control}
            type={isShown ? "text" : type}
            className={styles.control}
            onChange={change}
          />
          {type === "password" && (
            <span className={styles.reveal}>
              <IconButton
                size="small"
                label={isShown ? "Hide the password" : "Show the password"}
                icon={isShown ? <EyeOff /> : <Eye />}
                onClick={() => setIsShown(!isShown)}
              />
            </span>
          )}
          {trailing}
        </div>
      )}
    </Field>
  );
};
