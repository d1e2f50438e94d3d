import { Check, ChevronsUpDown } from "lucide-react";
import { Select as Primitive } from "radix-ui";
import type { ReactNode } from "react";

import fieldStyles from "./field.module.css";
import { Field, type FieldProps } from "./field.tsx";
import menuStyles from "./menu.module.css";
import styles from "./select.module.css";
import { cx } from "#client/lib/cx.ts";

export type SelectOption<Value extends string> = {
  value: Value;
  label: string;
  icon?: ReactNode;
  isDisabled?: boolean;
};

export type SelectProps<Value extends string> = Omit<FieldProps, "limit"> & {
  options: readonly SelectOption<Value>[];
  /** Undefined: nothing is chosen yet. */
  value: Value | undefined;
  onValueChange: (value: Value) => void;
  /** Default: "Choose…". */
  placeholder?: string;
  isDisabled?: boolean;
};

const Option = ({ option }: { option: SelectOption<string> }) => (
  <Primitive.Item value={option.value} disabled={option.isDisabled === true} className={menuStyles.item}>
    <span className={menuStyles.icon}>{option.icon}</span>
    <Primitive.ItemText>{option.label}</Primitive.ItemText>
    <Primitive.ItemIndicator className={menuStyles.trailing}>
      <Check aria-hidden />
    </Primitive.ItemIndicator>
  </Primitive.Item>
);

export const Select = <Value extends string>({
  options,
  value,
  onValueChange,
  ...props
}: SelectProps<Value>) => {
  const { placeholder = "Choose…", isDisabled = false, ...field } = props;
  const choose = (chosen: string): void => {
    const option = options.find((candidate) => candidate.value === chosen);
    if (option) onValueChange(option.value);
  };
  return (
    <Field {...field} length={0}>
      {(control) => (
        <Primitive.Root value={value ?? ""} onValueChange={choose} disabled={isDisabled}>
          <Primitive.Trigger {...control} className={cx(fieldStyles.frame, styles.trigger)}>
            <Primitive.Value placeholder={placeholder} />
            <Primitive.Icon className={styles.chevron}>
              <ChevronsUpDown aria-hidden />
            </Primitive.Icon>
          </Primitive.Trigger>
          <Primitive.Portal>
            <Primitive.Content className={cx(menuStyles.menu, styles.list)} position="popper" sideOffset={4}>
              <Primitive.Viewport>
                {options.map((option) => (
                  <Option key={option.value} option={option} />
                ))}
              </Primitive.Viewport>
            </Primitive.Content>
          </Primitive.Portal>
        </Primitive.Root>
      )}
    </Field>
  );
};
