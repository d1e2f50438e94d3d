import { CircleAlert, RotateCw, Trash2 } from "lucide-react";

import { failureText } from "#client/features/session/error-text.ts";
import { useOutbox } from "#client/features/session/live-context.tsx";
import { Button } from "#client/ui/button.tsx";
import type { PendingMessage } from "#sdk/index.ts";

import styles from "./message.module.css";

/** Says why a message was not sent, and what can be done with it. */
export const UnsentNotice = ({ message }: { message: PendingMessage }) => {
  const outbox = useOutbox();
  const { nonce, state } = message;
  if (state.kind === "pending") return null;
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
