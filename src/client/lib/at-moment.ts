import { useCallback, useSyncExternalStore } from "react";

/** A longer wait overflows the browser's timers, and would be over at once. */
const maxDelayMs = 2 ** 31 - 1;

/** Calls once when the moment has come, if that is months away too. @returns takes it back */
export const atMoment = (momentMs: number, onCome: () => void): (() => void) => {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    const leftMs = momentMs - Date.now();
    timer = setTimeout(leftMs > maxDelayMs ? wait : onCome, Math.min(Math.max(leftMs, 0), maxDelayMs));
  };
  wait();
  return () => clearTimeout(timer);
};

/** Whether the moment, in ISO 8601, is yet to come; renders again when it has. */
export const useIsBefore = (moment: string | null | undefined): boolean => {
  const momentMs = typeof moment === "string" ? Date.parse(moment) : 0;
  const subscribe = useCallback(
    (onChange: () => void) => (momentMs > Date.now() ? atMoment(momentMs, onChange) : () => undefined),
    [momentMs],
  );
  return useSyncExternalStore(subscribe, () => momentMs > Date.now());
};
