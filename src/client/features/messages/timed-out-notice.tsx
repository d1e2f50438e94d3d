import { useCountdown } from "#client/features/session/use-countdown.ts";
import { formatCountdown, formatUntil } from "#client/lib/time.ts";

import { NoComposer } from "./composer.tsx";
import styles from "./composer.module.css";

/** From here on it is worth watching. */
const countFromSeconds = 5 * 60;

/** Stands where the composer would, until the timeout is over. */
export const TimedOutNotice = ({ until }: { until: string }) => {
  const leftSeconds = useCountdown(Date.parse(until));
  return (
    <NoComposer>
      You are timed out until {formatUntil(until)}. You can read, but not write.
      {leftSeconds <= countFromSeconds && (
        <span className={styles.countdown} role="timer">
          {" "}
          {formatCountdown(leftSeconds)} left
        </span>
      )}
    </NoComposer>
  );
};
