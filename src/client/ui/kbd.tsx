import { getShortcutKeys } from "#client/lib/shortcuts.ts";

import styles from "./kbd.module.css";

/** The keys of a shortcut such as "mod+k", as this computer's keyboard names them. */
export const Kbd = ({ shortcut }: { shortcut: string }) => (
  <kbd className={styles.keys}>
    {getShortcutKeys(shortcut).map((key) => (
      <kbd key={key} className={styles.key}>
        {key}
      </kbd>
    ))}
  </kbd>
);
