import { useCallback, useMemo } from "react";

import { useOutbox } from "#client/features/session/live-context.tsx";
import { useMe } from "#client/features/users/use-me.ts";
import type { ChannelId } from "#shared/ids.ts";

import { drafts } from "./drafts.ts";
import { emptyWriting } from "./mention-text.ts";

/** What the reader has written in channels and not sent, for where the channels themselves are not there to show it. */
export const useLeftWriting = () => {
  const { id: userId } = useMe();
  const outbox = useOutbox();
  const has = useCallback(
    (channelId: ChannelId): boolean =>
      drafts.find({ userId, channelId }) !== undefined || outbox.pendingOf(channelId).length > 0,
    [userId, outbox],
  );
  const discard = useCallback(
    (channelId: ChannelId): void => {
      drafts.save({ userId, channelId }, { writing: emptyWriting, replyTo: null });
      for (const { nonce } of outbox.pendingOf(channelId)) outbox.discard(nonce);
    },
    [userId, outbox],
  );
  return useMemo(() => ({ has, discard }), [has, discard]);
};
