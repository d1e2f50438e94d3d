import { CircleAlert, Hourglass, RotateCw, Trash2 } from "lucide-react";

import { durationText, failureText } from "#client/features/session/error-text.ts";
import { useOutbox } from "#client/features/session/live-context.tsx";
import { useCountdown } from "#client/features/session/use-countdown.ts";
import { Button } from "#client/ui/button.tsx";
import { SaidOnce } from "#client/ui/said-once.tsx";
import type { PendingMessage, PendingWait } from "#sdk/index.ts";

import styles from "./message.module.css";

const WaitNotice = ({ wait }: { wait: PendingWait }) => {
  const seconds = useCountdown(wait.untilMs);
  if (seconds === 0) return null;
  const why =
    wait.failure.reason === "SLOW_MODE" ? "This channel is in slow mode." : "That was a lot in a short time.";
  const words = `${why} It is sent by itself in ${durationText(seconds * 1_000)}.`;
  return (
    <p className={styles.wait}>
      <Hourglass aria-hidden />
      <span>{words}</span>
      <SaidOnce key={wait.untilMs} words={words} />
    </p>
  );
};

/** Says why a message was not sent, or not yet, and what can be done with it. */
export const UnsentNotice = ({ message }: { message: PendingMessage }) => {
  const outbox = useOutbox();
  const { nonce, state } = message;
  if (state.kind === "pending") return state.wait ? <WaitNotice wait={state.wait} /> : null;
  return (
    <div className={styles.failure} role="alert">
      <p className={styles.failureWords}>
        <CircleAlert aria-hidden />
        <span>Not sent. {failureText(state.failure)}</span>
      </p>
      <Button size="small" icon={<RotateCw />} onClick={() => outbox.retry(nonce)}>
        Retry
      </Button>
      <Button size="small" variant="ghost" icon={<Trash2 />} onClick={() => outbox.discard(nonce)}>
        Discard
      </Button>
    </div>
  );
};
