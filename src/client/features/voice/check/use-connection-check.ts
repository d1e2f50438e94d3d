import { useEffect, useState } from "react";

import { useTogether } from "#client/features/session/together-context.tsx";

import { checkConnection, type CheckState } from "./check-connection.ts";

/** The check, begun by `start` or at once; it is given up with the screen. */
export const useConnectionCheck = (startsAtOnce: boolean) => {
  const { api } = useTogether();
  const [runs, setRuns] = useState(startsAtOnce ? 1 : 0);
  const [state, setState] = useState<CheckState>({ kind: "idle" });
  useEffect(() => {
    if (runs === 0) return undefined;
    const giveUp = new AbortController();
    const { signal } = giveUp;
    void checkConnection({ api, page: window.location.origin, signal, onChange: setState });
    return () => giveUp.abort();
  }, [api, runs]);
  return { state, start: () => setRuns(runs + 1) };
};
