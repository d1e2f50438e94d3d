import { errorText } from "#client/features/session/error-text.ts";
import { Button } from "#client/ui/button.tsx";

import styles from "./save-bar.module.css";

type Props = {
  isUnsaved: boolean;
  isPending: boolean;
  /** Why saving did not work. */
  error: unknown;
  onSave: () => void;
  onReset: () => void;
  /** Default: "Save changes". */
  label?: string;
  /** Default: "Reset". */
  resetLabel?: string;
};

/** Stands below what was changed until that is saved or taken back. */
export const SaveBar = ({ isUnsaved, isPending, error, onSave, onReset, ...labels }: Props) => {
  const { label = "Save changes", resetLabel = "Reset" } = labels;
  if (!isUnsaved) return null;
  const hasFailed = error !== null && error !== undefined;
  return (
    <section className={styles.bar} aria-label="Unsaved changes">
      <p className={styles.words} role={hasFailed ? "alert" : "status"} data-failed={hasFailed}>
        {hasFailed ? errorText(error) : "Not saved yet."}
      </p>
      <Button onClick={onReset}>{resetLabel}</Button>
      <Button variant="primary" isPending={isPending} onClick={onSave}>
        {label}
      </Button>
    </section>
  );
};
