import { useEffect, useRef, type RefObject } from "react";

/** Starts in this field. With a finger it waits for the touch: a keyboard that opens by itself covers half of the screen. */
export const useInitialFocus = <T extends HTMLElement>(): RefObject<T | null> => {
  const ref = useRef<T>(null);
  useEffect(() => {
    if (window.matchMedia("(pointer: fine)").matches) ref.current?.focus();
  }, []);
  return ref;
};
