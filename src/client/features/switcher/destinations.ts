/** Where the quick switcher leads, and which of it fits what was typed. Pure. */
import type { Unread } from "#client/features/channels/unread.ts";
import { getMemberName } from "#client/features/members/member-index.ts";
import { foldText } from "#client/lib/fold-text.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ServerId } from "#shared/ids.ts";

export type Destination =
  | { kind: "channel"; server: Server; channel: Channel; unread: Unread }
  | { kind: "server"; server: Server; unread: Unread }
  | { kind: "person"; member: Member }
  | { kind: "admin" };

export interface Section {
  /** Null above what was found: the best stands first, whatever it is. */
  title: string | null;
  destinations: readonly Destination[];
}

/** As many as anyone looks through; who wants another types on. */
const maxFound = 40;
/** Of one server's channels, before anything is typed. */
const maxNearby = 12;

/** Unique in the list. */
export const getKey = (destination: Destination): string => {
  switch (destination.kind) {
    case "channel":
      return `channel-${destination.channel.id}`;
    case "server":
      return `server-${destination.server.id}`;
    case "person":
      return `person-${destination.member.user.id}`;
    case "admin":
      return "admin";
    default:
      return destination satisfies never;
  }
};

export const getName = (destination: Destination): string => {
  switch (destination.kind) {
    case "channel":
      return destination.channel.name;
    case "server":
      return destination.server.name;
    case "person":
      return getMemberName(destination.member);
    case "admin":
      return "Administration";
    default:
      return destination satisfies never;
  }
};

/** What else it is known by. */
export const getContext = (destination: Destination): string => {
  switch (destination.kind) {
    case "channel":
      return destination.server.name;
    case "server":
      return "Server";
    case "person":
      return `@${destination.member.user.username}`;
    case "admin":
      return "Users, servers and registration";
    default:
      return destination satisfies never;
  }
};

const getMentionCount = (destination: Destination): number =>
  destination.kind === "channel" ? destination.unread.mentionCount : 0;

const isUnread = (destination: Destination): boolean =>
  destination.kind === "channel" && (destination.unread.isUnread || destination.unread.mentionCount > 0);

const startsAWord = (text: string, word: string): boolean =>
  text.split(/[\s_.@-]+/).some((part) => part.startsWith(word));

const hasInOrder = (text: string, letters: string): boolean => {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
};

/** How far the word is from the name: 0 is its beginning; undefined: it does not fit. */
const findDistance = (word: string, name: string, context: string): number | undefined => {
  if (name.startsWith(word)) return 0;
  if (startsAWord(name, word)) return 1;
  if (name.includes(word)) return 2;
  if (startsAWord(context, word)) return 3;
  // One letter is in every name.
  return word.length > 1 && hasInOrder(name, word) ? 4 : undefined;
};

/** Every word must fit somewhere, in any order: "har gen" finds #general in Harbour. */
const findTotalDistance = (destination: Destination, words: readonly string[]): number | undefined => {
  const [name, context] = [foldText(getName(destination)), foldText(getContext(destination))];
  let total = 0;
  for (const word of words) {
    const distance = findDistance(word, name, context);
    if (distance === undefined) return undefined;
    total += distance;
  }
  return total;
};

/** A "#" or "@" before the words asks for one kind alone. */
const readQuery = (query: string): { words: string[]; kind: Destination["kind"] | undefined } => {
  const trimmed = foldText(query).trim();
  const kinds: Record<string, Destination["kind"]> = { "#": "channel", "@": "person" };
  const kind = kinds[trimmed.slice(0, 1)];
  const text = kind === undefined ? trimmed : trimmed.slice(1);
  return { words: text.split(/\s+/).filter((word) => word !== ""), kind };
};

const find = (
  destinations: readonly Destination[],
  { words, kind }: ReturnType<typeof readQuery>,
): Destination[] =>
  destinations
    .filter((destination) => kind === undefined || destination.kind === kind)
    .flatMap((destination) => {
      const distance = findTotalDistance(destination, words);
      return distance === undefined ? [] : [{ destination, distance }];
    })
    .toSorted(
      (a, b) =>
        a.distance - b.distance ||
        getMentionCount(b.destination) - getMentionCount(a.destination) ||
        Number(isUnread(b.destination)) - Number(isUnread(a.destination)),
    )
    .slice(0, maxFound)
    .map(({ destination }) => destination);

/** Before anything is typed: what is addressed to the reader, what is unread, what is near, and the servers. */
const suggest = (destinations: readonly Destination[], serverId: ServerId | undefined): Section[] => {
  const unread = destinations
    .filter(isUnread)
    .toSorted((a, b) => getMentionCount(b) - getMentionCount(a))
    .slice(0, maxFound);
  const isNearby = (destination: Destination): boolean =>
    destination.kind === "channel" && destination.server.id === serverId && !isUnread(destination);
  return [
    { title: "Unread", destinations: unread },
    { title: "Channels here", destinations: destinations.filter(isNearby).slice(0, maxNearby) },
    { title: "Servers", destinations: destinations.filter(({ kind }) => kind === "server") },
  ].filter((section) => section.destinations.length > 0);
};

/** What the switcher shows; the order of `destinations` decides between equals. */
export const listSections = (
  destinations: readonly Destination[],
  { query, serverId }: { query: string; serverId: ServerId | undefined },
): readonly Section[] => {
  const wanted = readQuery(query);
  if (wanted.words.length === 0 && wanted.kind === undefined) return suggest(destinations, serverId);
  const found = find(destinations, wanted);
  return found.length === 0 ? [] : [{ title: null, destinations: found }];
};
