import { Check, Slash } from "lucide-react";
import { RadioGroup } from "radix-ui";
import { useState } from "react";

import { TextField } from "#client/ui/text-field.tsx";

import styles from "./color-field.module.css";
import { roleColors, toTextColor } from "./role-colors.ts";

const none = "none";

const isColor = (text: string): boolean => /^#[0-9a-f]{6}$/i.test(text);

/** With the sign in front or without. */
const toColor = (text: string): string => {
  const trimmed = text.trim().toLowerCase();
  return trimmed.startsWith("#") ? trimmed : `#${trimmed}`;
};

type Props = { value: string | null; isDisabled: boolean; onChange: (value: string | null) => void };

const OwnColor = ({ value, isDisabled, onChange }: Props) => {
  const [typed, setTyped] = useState<string>();
  const color = toColor(typed ?? value ?? "");
  const isWrong = typed !== undefined && typed.trim() !== "" && !isColor(color);
  const change = (text: string): void => {
    setTyped(text);
    if (isColor(toColor(text))) onChange(toColor(text));
    else if (text.trim() === "") onChange(null);
  };
  return (
    <TextField
      label="Own colour"
      value={typed ?? value ?? ""}
      placeholder="#3188cf"
      autoComplete="off"
      spellCheck={false}
      disabled={isDisabled}
      error={isWrong ? "Six digits from 0 to f, as in #3188cf." : undefined}
      onChange={(event) => change(event.target.value)}
      onBlur={() => setTyped(undefined)}
    />
  );
};

/** A palette, a colour of one's own, or none. */
export const ColorField = ({ name, ...props }: Props & { name: string }) => {
  const { value, isDisabled, onChange } = props;
  return (
    <div className={styles.field}>
      <p className={styles.label}>Colour</p>
      <RadioGroup.Root
        className={styles.palette}
        aria-label="Colour"
        value={value ?? none}
        disabled={isDisabled}
        onValueChange={(chosen) => onChange(chosen === none ? null : chosen)}
      >
        <RadioGroup.Item value={none} className={styles.color} aria-label="No colour" title="No colour">
          {value === null ? <Check aria-hidden /> : <Slash aria-hidden />}
        </RadioGroup.Item>
        {roleColors.map((color) => (
          <RadioGroup.Item
            key={color.value}
            value={color.value}
            className={styles.color}
            aria-label={color.name}
            title={color.name}
            style={{ background: color.value, color: "#ffffff" }}
          >
            {value === color.value && <Check aria-hidden />}
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
      <div className={styles.own}>
        <OwnColor {...props} />
        <p className={styles.sample}>
          Looks like{" "}
          <strong style={value === null ? undefined : { color: toTextColor(value) }}>
            {name.trim() || "this"}
          </strong>
        </p>
      </div>
    </div>
  );
};
