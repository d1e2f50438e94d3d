import { Hash } from "lucide-react";

import { Failure } from "#client/features/session/failure.tsx";
import { Spinner } from "#client/ui/spinner.tsx";
import type { Channel } from "#shared/contract/channels.ts";

import styles from "./conversation.module.css";
import type { History } from "./use-history.ts";

type BeginningProps = { channel: Channel; isEmpty: boolean; canWrite: boolean };

const Beginning = ({ channel, isEmpty, canWrite }: BeginningProps) => (
  <div className={styles.top}>
    <span className={styles.topIcon} aria-hidden>
      <Hash />
    </span>
    <h3 className={styles.topTitle}>This is the beginning of #{channel.name}</h3>
    {channel.topic !== null && <p className={styles.topText}>{channel.topic}</p>}
    {isEmpty && <p className={styles.topText}>Nobody has written here yet.{canWrite && " Say hello!"}</p>}
  </div>
);

type Props = { channel: Channel; history: History; canWrite: boolean };

/** What stands above the oldest message that is loaded. */
export const ListTop = ({ channel, history, canWrite }: Props) => {
  if (!history.hasOlder) {
    const isEmpty = history.messages.length + history.unsent.length === 0;
    return <Beginning channel={channel} isEmpty={isEmpty} canWrite={canWrite} />;
  }
  return (
    <div className={styles.topLoading}>
      {history.olderTrouble !== null ? (
        <div className={styles.topTrouble}>
          <Failure
            error={history.olderTrouble}
            title="Older messages can’t be shown"
            onRetry={history.loadOlder}
            isRetrying={history.isFetching}
          />
        </div>
      ) : (
        <Spinner label="Loading older messages" />
      )}
    </div>
  );
};
