/**
 * Mentions while they are written: the writer sees "@Alice", the message's source says `<@id>`. Pure. A name stands for
 * one person in a text; who shares it with somebody already mentioned is written with their username.
 */
import { formatMention } from "#shared/contract/messages.ts";
import { UserId } from "#shared/ids.ts";

export interface MentionedName {
  name: string;
  userId: UserId;
}

/** A text with the people behind its names. */
export interface Writing {
  text: string;
  mentions: readonly MentionedName[];
}

export const emptyWriting: Writing = { text: "", mentions: [] };

const escapePattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

/** The text as it is sent. */
export const toSource = ({ text, mentions }: Writing): string => {
  if (mentions.length === 0) return text;
  const byName = new Map(mentions.map(({ name, userId }) => [name, userId]));
  // The longest first: "@Al" must not take the start of "@Alice".
  const names = [...byName.keys()].toSorted((a, b) => b.length - a.length).map(escapePattern);
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])@(${names.join("|")})(?![\\p{L}\\p{N}_])`, "gu");
  return text.replaceAll(pattern, (whole, name: string) => {
    const userId = byName.get(name);
    return userId === undefined ? whole : formatMention(userId);
  });
};

/** A message's source as it is edited. Who is not known stays as `<@id>`. */
export const toWriting = (source: string, findName: (userId: UserId) => string | undefined): Writing => {
  const mentions: MentionedName[] = [];
  const text = source.replaceAll(/<@([0-9a-f-]{36})>/g, (whole, id: string) => {
    const userId = UserId.safeParse(id).data;
    const name = userId && findName(userId);
    if (!userId || name === undefined) return whole;
    const known = mentions.find((mention) => mention.name === name);
    if (known && known.userId !== userId) return whole;
    if (!known) mentions.push({ name, userId });
    return `@${name}`;
  });
  return { text, mentions };
};

/** The mention that is being written before the caret: where its "@" stands and what follows it. */
export const findMentionQuery = (
  text: string,
  caret: number,
): { start: number; query: string } | undefined => {
  const match = /(?:^|[\s([{"'*_~|>])@([^\s@<>]{0,32})$/u.exec(text.slice(0, caret));
  const query = match?.[1];
  return query === undefined ? undefined : { start: caret - query.length - 1, query };
};

export interface MentionChoice {
  userId: UserId;
  name: string;
  username: string;
}

/** Writes the choice in place of what was typed of it, and tells where the caret goes. */
export const insertMention = (
  { text, mentions }: Writing,
  place: { start: number; end: number },
  { userId, name, username }: MentionChoice,
): { writing: Writing; caret: number } => {
  const isTaken = mentions.some((mention) => mention.name === name && mention.userId !== userId);
  const written = isTaken ? username : name;
  const before = `${text.slice(0, place.start)}@${written} `;
  const others = mentions.filter((mention) => mention.name !== written);
  return {
    writing: {
      text: before + text.slice(place.end).replace(/^ /, ""),
      mentions: [...others, { name: written, userId }],
    },
    caret: before.length,
  };
};
