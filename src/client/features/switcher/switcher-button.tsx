import { Search } from "lucide-react";

import { Kbd } from "#client/ui/kbd.tsx";

import styles from "./switcher-button.module.css";
import { useOpenSwitcher } from "./switcher-context.tsx";

/** The visible way to what Ctrl+K does. */
export const SwitcherButton = () => {
  const open = useOpenSwitcher();
  return (
    <button type="button" className={styles.button} aria-haspopup="dialog" onClick={open}>
      <Search aria-hidden />
      <span className={styles.words}>Find or jump to…</span>
      <span className={styles.keys} aria-hidden>
        <Kbd shortcut="mod+k" />
      </span>
    </button>
  );
};
