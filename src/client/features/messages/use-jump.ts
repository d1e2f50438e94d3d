import { useCallback, useEffect, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";

import { channelPath, readMessageId } from "#client/features/navigation/paths.ts";
import { failureText } from "#client/features/session/error-text.ts";
import { useLiveCache } from "#client/features/session/live-context.tsx";
import { toast } from "#client/ui/toaster.tsx";
import type { ChannelId, MessageId, ServerId } from "#shared/ids.ts";

import { useLoadedHistory } from "./use-loaded-history.ts";

/** What the list is asked to show. Each object is a request of its own. */
export type Jump =
  | { kind: "none" }
  | { kind: "loading"; messageId: MessageId }
  | { kind: "message"; messageId: MessageId }
  | { kind: "newest" };

export interface Jumps {
  jump: Jump;
  jumpTo: (messageId: MessageId) => void;
  jumpToNewest: () => void;
}

/** Goes to messages: to one that is loaded at once, to another with what stands around it, or to the newest. */
export const useJump = ({ serverId, channelId }: { serverId: ServerId; channelId: ChannelId }): Jumps => {
  const cache = useLiveCache();
  const loaded = useLoadedHistory(channelId);
  const linkedId = readMessageId(useSearch());
  const [, navigate] = useLocation();
  const [jump, setJump] = useState<Jump>(
    linkedId ? { kind: "loading", messageId: linkedId } : { kind: "none" },
  );
  const latest = useRef<MessageId>(undefined);

  const show = useCallback(
    async (messageId: MessageId) => {
      latest.current = messageId;
      if (loaded.has(messageId)) return setJump({ kind: "message", messageId });
      setJump({ kind: "loading", messageId });
      const failure = await cache.showAround(channelId, messageId);
      if (latest.current !== messageId) return;
      if (!failure && loaded.has(messageId)) return setJump({ kind: "message", messageId });
      toast.error(failure ? failureText(failure) : "That message isn’t there any more.");
      setJump({ kind: "none" });
    },
    [cache, channelId, loaded],
  );
  const showNewest = useCallback(async () => {
    latest.current = undefined;
    const failure = loaded.isAtNewest() ? undefined : await cache.showNewest(channelId);
    if (failure) toast.error(failureText(failure));
    else setJump({ kind: "newest" });
  }, [cache, channelId, loaded]);

  useEffect(() => {
    if (!linkedId) return;
    // oxlint-disable-next-line react/set-state-in-effect -- the address asks, and it is outside of React
    void show(linkedId);
    // Taken out of the address, so that the same link works again.
    navigate(channelPath(serverId, channelId), { replace: true });
  }, [linkedId, show, navigate, serverId, channelId]);
  return {
    jump,
    jumpTo: useCallback((messageId) => void show(messageId), [show]),
    jumpToNewest: useCallback(() => void showNewest(), [showNewest]),
  };
};
