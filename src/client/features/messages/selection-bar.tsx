import { Trash2 } from "lucide-react";

import { Button } from "#client/ui/button.tsx";

import composerStyles from "./composer.module.css";
import styles from "./selection-bar.module.css";
import type { MessageSelection } from "./use-selection.tsx";

/** Stands where the composer does while messages are being chosen. */
export const SelectionBar = ({ selection }: { selection: MessageSelection }) => {
  const count = selection.open?.chosen.size ?? 0;
  return (
    <div className={composerStyles.place}>
      <section className={styles.bar} aria-label="Selected messages">
        <p className={styles.count} aria-live="polite">
          {count} selected
        </p>
        <p className={styles.hint}>Shift chooses a stretch, Esc ends</p>
        <Button variant="danger" icon={<Trash2 />} disabled={count === 0} onClick={selection.askToDelete}>
          Delete
        </Button>
        <Button onClick={selection.end}>Cancel</Button>
      </section>
    </div>
  );
};
