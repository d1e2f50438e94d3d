import { useEffect, useState } from "react";

import { useReadable, useTogether } from "#client/features/session/together-context.tsx";
import { useCountdown } from "#client/features/session/use-countdown.ts";
import { Banner } from "#client/ui/banner.tsx";
import { Button } from "#client/ui/button.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";

import { useTryNow } from "./providers.tsx";

/** A connection that is back within this time was hardly gone. */
const shownAfterMs = 1_500;

type Phase = "well" | "away" | "back";

/** Whether the connection has been away for a while; a first one that takes its time counts too. */
const usePhase = (isLive: boolean): Phase => {
  const [phase, setPhase] = useState<Phase>("well");
  useEffect(() => {
    if (isLive) return undefined;
    const timer = setTimeout(() => setPhase("away"), shownAfterMs);
    return () => {
      clearTimeout(timer);
      setPhase((last) => (last === "away" ? "back" : last));
    };
  }, [isLive]);
  return phase;
};

/** Says that the connection is lost and when it is tried again, and goes when it is back. */
export const ConnectionBanner = () => {
  const connection = useReadable(useTogether().events.connection);
  const tryNow = useTryNow();
  const phase = usePhase(connection.kind === "live");
  const seconds = useCountdown(connection.kind === "waiting" ? connection.retryAtMs : undefined);
  return (
    <>
      {phase === "away" && (
        <Banner
          tone="offline"
          action={
            <Button size="small" onClick={tryNow} disabled={connection.kind !== "waiting"}>
              Try now
            </Button>
          }
        >
          Connection lost. {/* Not read out: it changes every second. */}
          <span aria-hidden>{seconds > 0 ? `Trying again in ${seconds} s.` : "Trying again…"}</span>
        </Banner>
      )}
      <output>
        <VisuallyHidden>{phase === "back" && "Connected again."}</VisuallyHidden>
      </output>
    </>
  );
};
