import { useEffect, useEffectEvent, useRef } from "react";
import { useLocation } from "wouter";

import { indexReads } from "#client/features/channels/unread.ts";
import { getMemberName } from "#client/features/members/member-index.ts";
import { useFindMember } from "#client/features/members/use-members.ts";
import { channelPath } from "#client/features/navigation/paths.ts";
import { useTogether } from "#client/features/session/together-context.tsx";
import { useMe } from "#client/features/users/use-me.ts";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ChannelId } from "#shared/ids.ts";

import { claimMention } from "./mention-claim.ts";
import { readNotificationState, showNotification, wantsNotifications } from "./notification-permission.ts";

const isWindowWatched = (): boolean => document.visibilityState === "visible" && document.hasFocus();

/** Where a message stands, as far as the cache knows. */
const useFindPlace = () => {
  const utils = trpc.useUtils();
  return (channelId: ChannelId): { server: Server; channel: Channel } | undefined => {
    for (const server of utils.servers.list.getData() ?? []) {
      const channels = utils.channels.list.getData({ serverId: server.id });
      const channel = channels?.find(({ id }) => id === channelId);
      if (channel) return { server, channel };
    }
    return undefined;
  };
};

const useIsRead = () => {
  const utils = trpc.useUtils();
  return ({ id, channelId }: Message): boolean =>
    id <= (indexReads(utils.reads.list.getData()).get(channelId)?.lastReadMessageId ?? "");
};

/** What the notification says, and where it leads; undefined when its channel is gone. */
const useDescribe = () => {
  const findPlace = useFindPlace();
  const findMember = useFindMember();
  const me = useMe();
  return async (message: Message) => {
    const { toPlainText } = await import("#client/lib/markdown/plain-text.ts");
    const place = findPlace(message.channelId);
    if (!place) return undefined;
    const { server, channel } = place;
    const { author, content, channelId, id } = message;
    const writer = findMember(server.id, author.id);
    const getMentionText = (mentionedId: string): string => {
      const userId = message.mentions.find((mention) => mention === mentionedId);
      const member = userId && findMember(server.id, userId);
      if (member) return `@${getMemberName(member)}`;
      // The members of a server that was not opened yet are not loaded.
      return userId === me.id ? `@${me.displayName}` : "@…";
    };
    return {
      title: `${writer ? getMemberName(writer) : author.displayName} in #${channel.name}, ${server.name}`,
      body: toPlainText(content, { getMentionText }),
      path: channelPath(server.id, channelId, id),
    };
  };
};

/** Shows one notification a channel, the newest; it goes when the channel is read, here or elsewhere. */
const useShow = () => {
  const describe = useDescribe();
  const [, navigate] = useLocation();
  const shown = useRef(new Map<ChannelId, Notification>());
  const show = async (message: Message): Promise<void> => {
    const words = await describe(message);
    if (!words) return;
    const { title, body, path } = words;
    const { channelId } = message;
    const notification = showNotification(title, { body, tag: channelId });
    if (!notification) return;
    shown.current.set(channelId, notification);
    notification.addEventListener("click", () => {
      window.focus();
      navigate(path);
      notification.close();
    });
  };
  const hide = (channelId: ChannelId): void => {
    shown.current.get(channelId)?.close();
    shown.current.delete(channelId);
  };
  return { show, hide };
};

/** Tells of mentions by the system's notifications, but never of what is looked at. */
export const useMentionNotifications = (openChannelId: ChannelId | undefined): void => {
  const { events } = useTogether();
  const me = useMe();
  const isRead = useIsRead();
  const { show, hide } = useShow();
  const isLookedAt = ({ channelId }: Message): boolean => channelId === openChannelId && isWindowWatched();
  const isWanted = ({ author, mentions }: Message): boolean =>
    wantsNotifications.get() &&
    readNotificationState() === "granted" &&
    me.chosenStatus !== "dnd" &&
    author.id !== me.id &&
    mentions.includes(me.id);
  const isStillNews = useEffectEvent((message: Message) => !isLookedAt(message) && !isRead(message));
  const showLatest = useEffectEvent(show);
  const hear = useEffectEvent(async (message: Message): Promise<void> => {
    if (!isWanted(message)) return;
    const isOurs = await claimMention(message.id, { isLookedAt: isLookedAt(message) });
    if (isOurs && isStillNews(message)) await showLatest(message);
  });
  const hideLatest = useEffectEvent(hide);
  useEffect(() => {
    const stopHearing = events.on("MESSAGE_CREATE", (message) => hear(message));
    const stopReading = events.on("READ_UPDATE", ({ channelId, mentionCount }) => {
      if (mentionCount === 0) hideLatest(channelId);
    });
    return () => {
      stopHearing();
      stopReading();
    };
  }, [events]);
};
