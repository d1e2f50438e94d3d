/** What was typed and not sent, for each account and channel, in this browser. */
import { z } from "zod";

import { createStoredMap, type StoredMap } from "#client/lib/storage.ts";
import { type ChannelId, MessageId, UserId } from "#shared/ids.ts";

import type { Writing } from "./mention-text.ts";

const UserRef = z.object({
  id: UserId,
  username: z.string(),
  displayName: z.string(),
  avatarUrl: z.string().nullable(),
  bot: z.boolean(),
});

const StoredDraft = z.object({
  text: z.string(),
  mentions: z.array(z.object({ name: z.string(), userId: UserId })),
  replyTo: z.object({ id: MessageId, author: UserRef, content: z.string() }).nullable(),
});

export type ReplyTarget = NonNullable<z.infer<typeof StoredDraft>["replyTo"]>;

export interface Draft {
  writing: Writing;
  replyTo: ReplyTarget | null;
}

export interface DraftPlace {
  userId: UserId;
  channelId: ChannelId;
}

export interface Drafts {
  find: (place: DraftPlace) => Draft | undefined;
  /** An empty draft is forgotten. */
  save: (place: DraftPlace, draft: Draft) => void;
  clear: () => void;
}

const parse = (text: string | undefined): Draft | undefined => {
  if (text === undefined) return undefined;
  try {
    const stored = StoredDraft.safeParse(JSON.parse(text)).data;
    return stored && { writing: { text: stored.text, mentions: stored.mentions }, replyTo: stored.replyTo };
  } catch {
    return undefined;
  }
};

/** More than a message may have, with what it answers to. */
const maxDraftChars = 24_000;

export const createDrafts = (
  map: StoredMap = createStoredMap({ key: "drafts", maxEntries: 50, maxEntryChars: maxDraftChars }),
): Drafts => {
  const getId = ({ userId, channelId }: DraftPlace): string => `${userId} ${channelId}`;
  return {
    find: (place) => parse(map.find(getId(place))),
    save: (place, { writing, replyTo }) => {
      const isEmpty = writing.text.trim() === "" && replyTo === null;
      map.set(getId(place), isEmpty ? "" : JSON.stringify({ ...writing, replyTo }));
    },
    clear: () => map.clear(),
  };
};

export const drafts = createDrafts();
