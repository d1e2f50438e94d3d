import { useCallback, useEffect, useRef, useState } from "react";

import { useJoinedAtMs, useReadIndex } from "#client/features/channels/use-unread.ts";
import { useTogether } from "#client/features/session/together-context.tsx";
import type { ChannelId, MessageId, ServerId } from "#shared/ids.ts";

import type { ReadMark } from "./list-entries.ts";
import { advanceReadLine, clearReadLine, createReadLine, type Sight } from "./read-line.ts";

/** Long enough that scrolling past is not reading, and that a burst of messages is one call. */
const ackDelayMs = 1_000;

const isWatched = (): boolean => document.visibilityState === "visible" && document.hasFocus();

/** Whether the page is in front of somebody. */
const useIsWatched = (): boolean => {
  const [value, setValue] = useState(isWatched);
  useEffect(() => {
    const update = (): void => setValue(isWatched());
    const controller = new AbortController();
    const { signal } = controller;
    window.addEventListener("focus", update, { signal });
    window.addEventListener("blur", update, { signal });
    document.addEventListener("visibilitychange", update, { signal });
    return () => controller.abort();
  }, []);
  return value;
};

interface Place {
  serverId: ServerId;
  channelId: ChannelId;
}

/** Tells the server what was read; never backwards. */
const useAcknowledge = (channelId: ChannelId, readId: MessageId | null): ((messageId: MessageId) => void) => {
  const client = useTogether();
  const ackedId = useRef<MessageId>(undefined);
  const knownId = useRef(readId);
  useEffect(() => {
    knownId.current = readId;
  }, [readId]);
  return useCallback(
    (messageId) => {
      if (messageId <= (knownId.current ?? "") || messageId <= (ackedId.current ?? "")) return;
      ackedId.current = messageId;
      client.api.reads.ack.mutate({ channelId, messageId }).catch(() => {
        // Told again with the next message, or when the reader comes back.
        if (ackedId.current === messageId) ackedId.current = undefined;
      });
    },
    [client, channelId],
  );
};

/** Whoever writes the last word and goes at once has read it. */
const useAcknowledgeOwn = (
  ownId: MessageId | undefined,
  acknowledge: (messageId: MessageId) => void,
): void => {
  const latest = useRef(ownId);
  useEffect(() => {
    latest.current = ownId;
  }, [ownId]);
  useEffect(
    () => () => {
      if (latest.current) acknowledge(latest.current);
    },
    [acknowledge],
  );
};

export interface Reading {
  /** Where "New" begins; undefined while the line is not shown. */
  readMark: ReadMark | undefined;
  markRead: () => void;
}

interface InView {
  /** The newest message, whoever wrote it; undefined while it is not known. */
  newestId: MessageId | undefined;
  newestOfOthers: Sight["newest"];
  /** Whether the newest message is in view. */
  isAtBottom: boolean;
}

/** Keeps the channel's read mark, and the line above what is new. */
export const useReading = ({ serverId, channelId }: Place, inView: InView): Reading => {
  const { newestId, newestOfOthers, isAtBottom } = inView;
  const readId = useReadIndex().get(channelId)?.lastReadMessageId ?? null;
  const joinedAtMs = useJoinedAtMs(serverId);
  const acknowledge = useAcknowledge(channelId, readId);
  const isSeen = useIsWatched() && isAtBottom;
  const [line, setLine] = useState(() =>
    createReadLine(readId ? { kind: "message", id: readId } : { kind: "time", timeMs: joinedAtMs }),
  );
  const advanced = advanceReadLine(line, { newest: newestOfOthers, isSeen });
  if (advanced !== line) setLine(advanced);

  useEffect(() => {
    if (!isSeen || !newestId) return undefined;
    const timer = setTimeout(() => acknowledge(newestId), ackDelayMs);
    return () => clearTimeout(timer);
  }, [isSeen, newestId, acknowledge]);
  const isOwn = newestOfOthers !== undefined && newestId !== newestOfOthers?.id;
  useAcknowledgeOwn(isOwn ? newestId : undefined, acknowledge);
  const markRead = useCallback(() => {
    setLine(clearReadLine);
    if (newestId) acknowledge(newestId);
  }, [newestId, acknowledge]);
  return { readMark: advanced.state === "none" ? undefined : advanced.mark, markRead };
};
