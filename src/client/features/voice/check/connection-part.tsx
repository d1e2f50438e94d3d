import { Stethoscope } from "lucide-react";

import { Button } from "#client/ui/button.tsx";

import styles from "../settings/voice-section.module.css";
import type { CheckState } from "./check-connection.ts";
import { CheckResults } from "./check-results.tsx";
import { useConnectionCheck } from "./use-connection-check.ts";

/** For those who do not see the list fill. */
const announce = (state: CheckState): string => {
  switch (state.kind) {
    case "idle":
    case "failed":
      return "";
    case "running":
      return "Trying every way to the server. This takes some seconds.";
    case "done": {
      const faults = state.findings.filter(({ severity }) => severity === "fault").length;
      if (faults === 0) return "The check is done.";
      return faults === 1 ? "The check found a fault." : `The check found ${faults} faults.`;
    }
    default:
      return state satisfies never;
  }
};

/** Tries each port, protocol and address of this server's voice from here. */
export const ConnectionPart = ({ startsAtOnce = false }: { startsAtOnce?: boolean }) => {
  const { state, start } = useConnectionCheck(startsAtOnce);
  return (
    <section className={styles.part} aria-labelledby="voice-connection">
      <h3 id="voice-connection" className={styles.heading}>
        Connection
      </h3>
      <p className={styles.muted}>
        Calls take a way of their own to the server, past the page’s. When nobody is heard, that way is most
        often closed.
      </p>
      <div className={styles.row}>
        <Button size="small" icon={<Stethoscope />} isPending={state.kind === "running"} onClick={start}>
          {state.kind === "idle" ? "Check the connection" : "Check again"}
        </Button>
        <output className={styles.muted}>{announce(state)}</output>
      </div>
      <CheckResults state={state} />
    </section>
  );
};
