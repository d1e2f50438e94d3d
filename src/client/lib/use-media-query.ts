import { useCallback, useSyncExternalStore } from "react";

/** Under this width the panes slide, and dialogs are sheets. The same number stands in the components' style sheets. */
export const phoneQuery = "(max-width: 799.98px)";

/** Whether the media query holds now; renders again when that changes. */
export const useMediaQuery = (query: string): boolean => {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", onChange);
      return () => list.removeEventListener("change", onChange);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => false,
  );
};
