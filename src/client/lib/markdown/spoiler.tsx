import { useState, type KeyboardEvent, type ReactNode } from "react";

import styles from "./markdown.module.css";

/** Hidden until it is asked for. A span, because a button would not break over lines. */
export const Spoiler = ({ children }: { children: ReactNode }) => {
  const [isShown, setIsShown] = useState(false);
  // The focus stays where it was when the text appears.
  if (isShown) {
    return (
      <span className={styles.shown} tabIndex={-1}>
        {children}
      </span>
    );
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    setIsShown(true);
  };
  return (
    <span
      className={styles.spoiler}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a button does not break over lines
      role="button"
      tabIndex={0}
      aria-label="Spoiler: show"
      onClick={() => setIsShown(true)}
      onKeyDown={press}
    >
      <span inert>{children}</span>
    </span>
  );
};
