import { Search } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useSettled } from "#client/lib/use-settled.ts";
import { TextField } from "#client/ui/text-field.tsx";

import styles from "./admin.module.css";

/** As the server takes it. */
const maxLength = 64;

/** A field to search a list with, and what to ask the server for; undefined while it is empty. */
export const useSearchField = (
  label: string,
  initial = "",
): { field: ReactNode; query: string | undefined } => {
  const [typed, setTyped] = useState(initial);
  const settled = useSettled(typed.trim());
  const field = (
    <div className={styles.search}>
      <TextField
        label={label}
        isLabelHidden
        type="search"
        icon={<Search />}
        placeholder={label}
        autoComplete="off"
        maxLength={maxLength}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
  return { field, query: settled === "" ? undefined : settled };
};
