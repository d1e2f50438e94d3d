import { Search } from "lucide-react";
import type { Ref } from "react";

import { TextField } from "./text-field.tsx";

export type SearchFieldProps = {
  /** For a screen reader: the magnifying glass says it to everyone else. */
  label: string;
  /** Default: the label. */
  placeholder?: string;
  value: string;
  onValueChange: (value: string) => void;
  maxLength?: number;
  ref?: Ref<HTMLInputElement>;
};

/** Narrows a list down while one types. */
export const SearchField = ({ label, placeholder = label, onValueChange, ...rest }: SearchFieldProps) => (
  <TextField
    {...rest}
    label={label}
    isLabelHidden
    type="search"
    icon={<Search />}
    placeholder={placeholder}
    autoComplete="off"
    onChange={(event) => onValueChange(event.target.value)}
  />
);
