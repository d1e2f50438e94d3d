/**
 * Where the line above what is new stands. It stands still while somebody looks at it; it comes, or comes anew, with the
 * first message that nobody saw arrive. Only what others wrote can be new. Pure.
 */
import type { MessageId } from "#shared/ids.ts";

import type { ReadMark } from "./list-entries.ts";

export interface ReadLine {
  /** What was read last. */
  mark: ReadMark;
  /** The newest message of others that was taken into account; null when there was none, undefined before the first look. */
  newestId: MessageId | null | undefined;
  state: "none" | "unseen" | "seen";
}

export interface Sight {
  /** The newest message of others; null when there is none, undefined while that is not known. */
  newest: { id: MessageId; createdAt: string } | null | undefined;
  /** Whether somebody looks at the newest message. */
  isSeen: boolean;
}

export const createReadLine = (mark: ReadMark): ReadLine => ({ mark, newestId: undefined, state: "none" });

const isAfter = ({ id, createdAt }: NonNullable<Sight["newest"]>, mark: ReadMark): boolean =>
  mark.kind === "message" ? id > mark.id : Date.parse(createdAt) > mark.timeMs;

const markAt = (id: MessageId | null, otherwise: ReadMark): ReadMark =>
  id ? { kind: "message", id } : otherwise;

/** The line after what is in sight now; the same object when nothing changed. */
export const advanceReadLine = (line: ReadLine, { newest, isSeen }: Sight): ReadLine => {
  if (newest === undefined) return line;
  const newestId = newest?.id ?? null;
  if (line.newestId === undefined) {
    return { ...line, newestId, state: newest && isAfter(newest, line.mark) ? "unseen" : "none" };
  }
  const state = line.state === "unseen" && isSeen ? "seen" : line.state;
  const isNews = newest !== null && newest.id > (line.newestId ?? "");
  if (!isNews) return state === line.state ? line : { ...line, state };
  if (isSeen || line.state === "unseen") return { ...line, newestId, state };
  return { mark: markAt(line.newestId, line.mark), newestId, state: "unseen" };
};

/** Takes the line away: all that is known is read. */
export const clearReadLine = (line: ReadLine): ReadLine => ({ ...line, state: "none" });
