import type { ReactNode } from "react";

import type { Channel } from "#shared/contract/channels.ts";
import type { Message } from "#shared/contract/messages.ts";

import { Composer, NoComposer } from "./composer.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { TimedOutNotice } from "./timed-out-notice.tsx";
import type { ChannelRights } from "#client/features/servers/use-rights.ts";
import type { MessageSelection } from "./use-selection.tsx";
import type { Writing } from "./use-writing.ts";

type Props = {
  channel: Channel;
  rights: ChannelRights;
  selection: MessageSelection;
  writing: Writing;
  /** The reader's newest message, where one is loaded. */
  findOwnLast: () => Message | undefined;
  onEdit: (message: Message) => void;
  onEscape: () => void;
};

/** Where one writes, or why one does not, or what is done with the messages that are being chosen. */
export const Writer = ({ channel, rights, selection, writing, ...acts }: Props): ReactNode => {
  if (selection.open) return <SelectionBar selection={selection} />;
  if (rights.timeoutUntil !== null) return <TimedOutNotice until={rights.timeoutUntil} />;
  if (!rights.can("SEND_MESSAGES")) return <NoComposer>You cannot write here</NoComposer>;
  const editLast = (): boolean => {
    const last = acts.findOwnLast();
    if (last) acts.onEdit(last);
    return last !== undefined;
  };
  return (
    <Composer
      channelName={channel.name}
      draft={writing.draft}
      field={writing.field}
      isHeld={writing.slowMode.leftSeconds > 0}
      onWrite={writing.write}
      onCancelReply={writing.cancelReply}
      onSend={writing.send}
      onEditLast={editLast}
      onEscape={acts.onEscape}
    />
  );
};
