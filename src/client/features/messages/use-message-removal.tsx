import { useCallback, useState, type ReactNode } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { useTogether } from "#client/features/session/together-context.tsx";
import { formatTimestamp } from "#client/lib/time.ts";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { removeMessage } from "#sdk/query-cache/message-history.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { ChannelId, MessageId } from "#shared/ids.ts";

import { MessageBody } from "./message-body.tsx";
import { type People, PeopleProvider } from "./people-context.tsx";
import styles from "./removal.module.css";
import { useLoadedHistory } from "./use-loaded-history.ts";

export interface MessageRemoval {
  /** Messages that are hidden already, while the server is told. */
  hidden: ReadonlySet<MessageId>;
  ask: (message: Message) => void;
  /** Deletes without asking. */
  removeNow: (message: Message) => void;
  dialog: ReactNode;
}

const Preview = ({ message, people }: { message: Message; people: People }) => (
  <>
    <p>It is gone for everyone, and can’t be brought back.</p>
    <div className={styles.preview}>
      <p className={styles.head}>
        <strong>{people.getName(message.author)}</strong> {formatTimestamp(message.createdAt)}
      </p>
      {/* It is shown, not used: nothing in it takes the focus. */}
      <div inert>
        <MessageBody content={message.content} />
      </div>
    </div>
  </>
);

/** Deleting, with a question that shows what is lost. */
export const useMessageRemoval = (channelId: ChannelId, people: People): MessageRemoval => {
  const client = useTogether();
  const loaded = useLoadedHistory(channelId);
  const [asking, setAsking] = useState<Message>();
  const [hidden, setHidden] = useState<ReadonlySet<MessageId>>(new Set());
  const remove = useCallback(
    async ({ id }: Message) => {
      await client.api.messages.delete.mutate({ messageId: id });
      loaded.change((history) => removeMessage(history, id));
    },
    [client, loaded],
  );
  const removeNow = useCallback(
    (message: Message) => {
      setHidden((known) => new Set([...known, message.id]));
      remove(message)
        .catch((error: unknown) => void toast.error(`The message wasn’t deleted. ${errorText(error)}`))
        .finally(() => setHidden((known) => new Set([...known].filter((id) => id !== message.id))))
        .catch(() => undefined);
    },
    [remove],
  );
  const dialog = asking && (
    <PeopleProvider value={people}>
      <ConfirmDialog
        isOpen
        onOpenChange={() => setAsking(undefined)}
        title="Delete this message?"
        loss={<Preview message={asking} people={people} />}
        confirmLabel="Delete"
        onConfirm={() => remove(asking)}
        getErrorText={errorText}
      />
    </PeopleProvider>
  );
  return { hidden, ask: setAsking, removeNow, dialog };
};
