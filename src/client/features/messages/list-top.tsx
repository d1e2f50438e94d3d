import { Hash } from "lucide-react";

import { Callout } from "#client/ui/callout.tsx";
import { Spinner } from "#client/ui/spinner.tsx";
import type { Channel } from "#shared/contract/channels.ts";
import { hasPermission, NO_PERMISSIONS, parsePermissions } from "#shared/permissions.ts";

import styles from "./conversation.module.css";
import type { History } from "./use-history.ts";

const canWrite = ({ permissions }: Channel): boolean =>
  hasPermission(parsePermissions(permissions) ?? NO_PERMISSIONS, "SEND_MESSAGES");

const Beginning = ({ channel, isEmpty }: { channel: Channel; isEmpty: boolean }) => (
  <div className={styles.top}>
    <span className={styles.topIcon} aria-hidden>
      <Hash />
    </span>
    <h3 className={styles.topTitle}>This is the beginning of #{channel.name}</h3>
    {channel.topic !== null && <p className={styles.topText}>{channel.topic}</p>}
    {isEmpty && (
      <p className={styles.topText}>Nobody has written here yet.{canWrite(channel) && " Say hello!"}</p>
    )}
  </div>
);

/** What stands above the oldest message that is loaded. */
export const ListTop = ({ channel, history }: { channel: Channel; history: History }) => {
  if (!history.hasOlder) {
    return <Beginning channel={channel} isEmpty={history.messages.length + history.unsent.length === 0} />;
  }
  return (
    <div className={styles.topLoading}>
      {history.isOlderFailed ? (
        <Callout
          tone="danger"
          title="Older messages can’t be shown"
          onRetry={history.loadOlder}
          isRetrying={history.isFetching}
        />
      ) : (
        <Spinner label="Loading older messages" />
      )}
    </div>
  );
};
