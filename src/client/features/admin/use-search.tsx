import { useState, type ReactNode } from "react";

import { useSettled } from "#client/lib/use-settled.ts";
import { SearchField } from "#client/ui/search-field.tsx";

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
      <SearchField label={label} maxLength={maxLength} value={typed} onValueChange={setTyped} />
    </div>
  );
  return { field, query: settled === "" ? undefined : settled };
};
