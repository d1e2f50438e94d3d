import { useCallback, useRef } from "react";

import { useOutbox, useTypingSender } from "#client/features/session/live-context.tsx";
import { toast } from "#client/ui/toaster.tsx";
import type { Channel } from "#shared/contract/channels.ts";
import type { Message } from "#shared/contract/messages.ts";

import type { Writing as Text } from "./mention-text.ts";
import type { People } from "./people-context.tsx";
import { useDraft } from "./use-draft.ts";
import type { Jumps } from "./use-jump.ts";
import type { SlowMode } from "./use-slow-mode.ts";

const toReplyTarget = ({ id, author, content }: Message) => ({ id, author, content });

interface Around {
  people: People;
  jumps: Jumps;
  slowMode: SlowMode;
}

/** What is written in the channel, and where it goes. */
export const useWriting = (channel: Channel, { people, jumps, slowMode }: Around) => {
  const outbox = useOutbox();
  const typing = useTypingSender();
  const { draft, change, clear } = useDraft({ userId: people.own.id, channelId: channel.id });
  const field = useRef<HTMLTextAreaElement>(null);
  const focus = useCallback(() => field.current?.focus(), []);
  const reply = useCallback(
    (message: Message) => {
      change({ replyTo: toReplyTarget(message) });
      // A menu that closes gives the focus back first.
      setTimeout(focus);
    },
    [change, focus],
  );
  const write = (writing: Text): void => {
    change({ writing });
    if (writing.text.trim() !== "" && writing.text !== draft.writing.text) typing.typed(channel.id);
  };
  const send = (content: string): boolean => {
    if (slowMode.leftSeconds > 0) {
      slowMode.hurry();
      return false;
    }
    const sent = outbox.send({ channelId: channel.id, content, replyTo: draft.replyTo?.id });
    if (!sent) {
      toast.error("Too many messages are waiting to be sent. Yours stays here.");
      return false;
    }
    clear();
    if (jumps.jump.kind !== "loading") jumps.jumpToNewest();
    return true;
  };
  return { draft, field, slowMode, focus, reply, write, send, cancelReply: () => change({ replyTo: null }) };
};

export type Writing = ReturnType<typeof useWriting>;
