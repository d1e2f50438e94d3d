import { useCallback, useMemo, useState } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { useTogether } from "#client/features/session/together-context.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { replaceMessage } from "#sdk/query-cache/message-history.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { MessageId } from "#shared/ids.ts";

import { toSource, toWriting, type Writing } from "./mention-text.ts";
import type { People } from "./people-context.tsx";
import { useLoadedHistory } from "./use-loaded-history.ts";

export interface MessageEdits {
  /** The message that is being edited, and what of it is written. */
  open: { message: Message; writing: Writing } | undefined;
  /** What was just saved and is on its way. */
  saving: ReadonlyMap<MessageId, string>;
  begin: (message: Message) => void;
  write: (writing: Writing) => void;
  cancel: () => void;
  /** Shows the new text at once; a refusal brings the editor back with what was typed. */
  save: () => void;
}

const without = <K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> =>
  new Map([...map].filter(([other]) => other !== key));

const useSaving = (channelId: Message["channelId"], reopen: (message: Message, writing: Writing) => void) => {
  const client = useTogether();
  const loaded = useLoadedHistory(channelId);
  const [saving, setSaving] = useState<ReadonlyMap<MessageId, string>>(new Map());
  const save = useCallback(
    async (message: Message, writing: Writing) => {
      const content = toSource(writing).trim();
      setSaving((known) => new Map([...known, [message.id, content]]));
      try {
        const saved = await client.api.messages.edit.mutate({ messageId: message.id, content });
        loaded.change((history) => replaceMessage(history, saved));
      } catch (error) {
        toast.error(`Your change wasn’t saved. ${errorText(error)}`);
        reopen(message, writing);
      } finally {
        setSaving((known) => without(known, message.id));
      }
    },
    [client, loaded, reopen],
  );
  return { saving, save };
};

/** Editing in place, one message at a time. */
export const useMessageEdits = (channelId: Message["channelId"], people: People): MessageEdits => {
  const [open, setOpen] = useState<MessageEdits["open"]>();
  const reopen = useCallback((message: Message, writing: Writing) => setOpen({ message, writing }), []);
  const { saving, save } = useSaving(channelId, reopen);
  const { findName } = people;
  const begin = useCallback(
    (message: Message) => setOpen({ message, writing: toWriting(message.content, findName) }),
    [findName],
  );
  const cancel = useCallback(() => setOpen(undefined), []);
  const write = useCallback((writing: Writing) => setOpen((known) => known && { ...known, writing }), []);
  return useMemo(
    () => ({
      open,
      saving,
      begin,
      write,
      cancel,
      save: () => {
        if (!open) return;
        setOpen(undefined);
        if (toSource(open.writing).trim() !== open.message.content) void save(open.message, open.writing);
      },
    }),
    [open, saving, begin, write, cancel, save],
  );
};
