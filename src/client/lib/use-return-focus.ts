import { useEffect, useState } from "react";

/** A menu's item is gone when what it opened closes; the menu's button stays. */
const findOpener = (): HTMLElement | null => {
  const { activeElement } = document;
  const menu = activeElement?.closest("[role=menu]");
  const opener = menu ? document.getElementById(menu.getAttribute("aria-labelledby") ?? "") : activeElement;
  return opener instanceof HTMLElement ? opener : null;
};

/** Gives the focus back to where it was when this was opened, unless it has gone elsewhere by then. */
export const useReturnFocus = (): void => {
  const [opener] = useState(findOpener);
  useEffect(
    () => () => {
      if (document.activeElement === document.body) opener?.focus();
    },
    [opener],
  );
};
