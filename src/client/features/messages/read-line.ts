/**
 * Where the line above what is new stands. It stands still while somebody looks at it; it comes, or comes anew, with the
 * first message that nobody saw arrive. Pure.
 */
import type { MessageId } from "#shared/ids.ts";

import type { ReadMark } from "./list-entries.ts";

export interface ReadLine {
  /** What was read last. */
  mark: ReadMark;
  /** The newest message that was taken into account. */
  newestId: MessageId | undefined;
  state: "none" | "unseen" | "seen";
}

export interface Sight {
  /** The newest message that has arrived, undefined while none is known. */
  newest: { id: MessageId; createdAt: string; isOwn: boolean } | undefined;
  /** Whether somebody looks at the newest message. */
  isSeen: boolean;
}

export const createReadLine = (mark: ReadMark): ReadLine => ({ mark, newestId: undefined, state: "none" });

const isAfter = ({ id, createdAt }: NonNullable<Sight["newest"]>, mark: ReadMark): boolean =>
  mark.kind === "message" ? id > mark.id : Date.parse(createdAt) > mark.timeMs;

/** The line after what is in sight now; the same object when nothing changed. */
export const advanceReadLine = (line: ReadLine, { newest, isSeen }: Sight): ReadLine => {
  if (!newest) return line;
  const state = line.state === "unseen" && isSeen ? "seen" : line.state;
  const { id: newestId } = newest;
  if (line.newestId === undefined) {
    return { mark: line.mark, newestId, state: isAfter(newest, line.mark) ? "unseen" : "none" };
  }
  if (newestId <= line.newestId) return state === line.state ? line : { ...line, state };
  if (isSeen || newest.isOwn || line.state === "unseen") return { ...line, newestId, state };
  return { mark: { kind: "message", id: line.newestId }, newestId, state: "unseen" };
};

/** Takes the line away: all that is known is read. */
export const clearReadLine = (line: ReadLine): ReadLine => ({ ...line, state: "none" });
