import { useCallback, useMemo, useState, type ReactNode } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { useTogether } from "#client/features/session/together-context.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { removeMessage } from "#sdk/query-cache/message-history.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { MessageId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";

import { getMessageKey } from "./list-entries.ts";
import type { People } from "./people-context.tsx";
import { beginSelection, describeAuthors, extendChosen, type Selection, toggleChosen } from "./selection.ts";
import { useLoadedHistory } from "./use-loaded-history.ts";

export interface MessageSelection {
  /** Undefined while nothing is being chosen. */
  open: Selection | undefined;
  /** The row where it began. */
  startKey: string | undefined;
  begin: (message: Message) => void;
  toggle: (message: Message) => void;
  /** Chooses up to the message, of those that are shown. */
  extend: (shown: readonly Message[], to: MessageId) => void;
  end: () => void;
  /** Asks, and deletes what is chosen. */
  askToDelete: () => void;
  dialog: ReactNode;
}

const countText = (count: number): string => (count === 1 ? "1 message" : `${count} messages`);

const fullText = `No more than ${limits.bulkDeleteMax} messages can be deleted at once.`;

type DialogProps = {
  selection: Selection;
  channel: Channel;
  people: People;
  onClose: () => void;
  onDone: () => void;
};

const DeleteDialog = ({ selection, channel, people, onClose, onDone }: DialogProps) => {
  const client = useTogether();
  const loaded = useLoadedHistory(channel.id);
  // What is deleted is what was asked about.
  const [asked] = useState(() => [...selection.chosen.values()]);
  const confirm = async (): Promise<void> => {
    const messageIds = asked.map(({ id }) => id);
    await client.api.messages.bulkDelete.mutate({ channelId: channel.id, messageIds });
    loaded.change((history) => messageIds.reduce(removeMessage, history));
    toast.success(`${countText(asked.length)} deleted.`);
    onDone();
  };
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Delete ${countText(asked.length)}?`}
      loss={
        <>
          <strong>{describeAuthors(asked, people.getName)}</strong>, in #{channel.name}. They are gone for
          everyone, and can’t be brought back.
        </>
      }
      confirmLabel={`Delete ${countText(asked.length)}`}
      onConfirm={confirm}
      getErrorText={errorText}
    />
  );
};

/** Choosing several messages of the channel, to delete them at once. */
export const useSelection = (channel: Channel, people: People): MessageSelection => {
  const [open, setOpen] = useState<Selection>();
  const [startKey, setStartKey] = useState<string>();
  const [isAsking, setIsAsking] = useState(false);
  const begin = useCallback((message: Message) => {
    setStartKey(getMessageKey(message));
    setOpen(beginSelection(message));
  }, []);
  const end = useCallback(() => {
    setStartKey(undefined);
    setOpen(undefined);
  }, []);
  const acts = useMemo(
    () => ({
      toggle: (message: Message): void => {
        const next = open && toggleChosen(open, message);
        if (next) setOpen(next);
        else if (open) toast.warning(fullText);
      },
      extend: (shown: readonly Message[], to: MessageId): void => {
        if (!open) return;
        const next = extendChosen(open, shown, to);
        setOpen(next);
        if (!next.chosen.has(to) && next.chosen.size >= limits.bulkDeleteMax) toast.warning(fullText);
      },
      askToDelete: () => setIsAsking(open !== undefined && open.chosen.size > 0),
    }),
    [open],
  );
  const dialog = open && isAsking && (
    <DeleteDialog
      selection={open}
      channel={channel}
      people={people}
      onClose={() => setIsAsking(false)}
      onDone={end}
    />
  );
  return { open, startKey, begin, end, ...acts, dialog };
};
