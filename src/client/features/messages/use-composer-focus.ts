import { useEffect, type RefObject } from "react";

/** Where a press means nothing by itself: the page, and a message that was walked to. */
const isIdle = (element: Element | null): boolean =>
  element === null || element === document.body || element.hasAttribute("data-row");

/** Brings the focus to where one writes: on opening, and with the first letter that is typed anywhere else. */
export const useComposerFocus = (field: RefObject<HTMLTextAreaElement | null>, isEnabled: boolean): void => {
  useEffect(() => {
    if (!isEnabled) return undefined;
    field.current?.focus({ preventScroll: true });
    const press = (event: KeyboardEvent): void => {
      const isLetter = event.key.length === 1 && event.key !== " ";
      const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
      if (event.defaultPrevented || !isLetter || hasModifier || !isIdle(document.activeElement)) return;
      // The letter goes where the focus is when the press is over.
      field.current?.focus({ preventScroll: true });
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [field, isEnabled]);
};
