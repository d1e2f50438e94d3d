import { useEffect, useState } from "react";

import { useReadable, useTogether } from "#client/features/session/together-context.tsx";
import { useCountdown } from "#client/features/session/use-countdown.ts";
import { Banner } from "#client/ui/banner.tsx";
import { Button } from "#client/ui/button.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";

import { useTryNow } from "./providers.tsx";

/** A connection that is back within this time was hardly gone. */
const shownAfterMs = 1_500;

/** Whether the connection has been away for a while; a first one that takes its time counts too. */
const useIsAway = (isLive: boolean): boolean => {
  const [isAway, setIsAway] = useState(false);
  useEffect(() => {
    if (isLive) {
      setIsAway(false);
      return undefined;
    }
    const timer = setTimeout(() => setIsAway(true), shownAfterMs);
    return () => clearTimeout(timer);
  }, [isLive]);
  return isAway && !isLive;
};

/** Said once for screen readers: the seconds that go by are not read out. */
const Announcement = ({ isAway }: { isAway: boolean }) => {
  const [wasAway, setWasAway] = useState(false);
  useEffect(() => {
    if (isAway) setWasAway(true);
  }, [isAway]);
  return (
    <VisuallyHidden>
      <span role="status">{!isAway && wasAway && "Connected again."}</span>
    </VisuallyHidden>
  );
};

/** Says that the connection is lost and when it is tried again, and goes when it is back. */
export const ConnectionBanner = () => {
  const connection = useReadable(useTogether().events.connection);
  const tryNow = useTryNow();
  const isAway = useIsAway(connection.kind === "live");
  const seconds = useCountdown(connection.kind === "waiting" ? connection.retryAtMs : undefined);
  return (
    <>
      {isAway && (
        <Banner
          tone="offline"
          action={
            <Button size="small" onClick={tryNow} disabled={connection.kind !== "waiting"}>
              Try now
            </Button>
          }
        >
          Connection lost.{" "}
          <span aria-hidden>{seconds > 0 ? `Trying again in ${seconds} s.` : "Trying again…"}</span>
        </Banner>
      )}
      <Announcement isAway={isAway} />
    </>
  );
};
