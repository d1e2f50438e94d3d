/**
 * Messages of one channel that come while an insert is under way share the next one: one statement, one commit. Who comes
 * alone waits for nobody. Each still has its own answer: where the shared statement is refused, each is tried by itself.
 * A statement has one channel's alone, and in the order of their nonces, so that two never wait for each other.
 */
import type { ChannelId, MessageId } from "#shared/ids.ts";
import { isUnavailable } from "../database/errors.ts";
import type { MessageDraft, MessageRow } from "./messages.repo.ts";

interface Options {
  /** Those that were stored, in any order: of a nonce that was used before, none. */
  insert: (drafts: readonly MessageDraft[]) => Promise<MessageRow[]>;
  /** Default 100: a statement of milliseconds. */
  maxRows?: number;
}

interface Waiting {
  draft: MessageDraft;
  stored: PromiseWithResolvers<MessageRow | undefined>;
}

const byNonce = ({ draft: { nonce: one } }: Waiting, { draft: { nonce: other } }: Waiting): number =>
  (one ?? "") < (other ?? "") ? -1 : 1;

/** Stores a message; undefined when its author has used the nonce before. */
export const createSharedInserts = ({ insert, maxRows = 100 }: Options) => {
  /** Of each channel that has an insert under way. */
  const waitingIn = new Map<ChannelId, Waiting[]>();

  const insertTogether = async (together: readonly Waiting[]): Promise<void> => {
    try {
      const rows = await insert(together.toSorted(byNonce).map(({ draft }) => draft));
      const rowOf = new Map<MessageId, MessageRow>(rows.map((row) => [row.message.id, row]));
      for (const { draft, stored } of together) stored.resolve(rowOf.get(draft.id));
    } catch (error) {
      if (together.length === 1 || isUnavailable(error)) {
        for (const { stored } of together) stored.reject(error);
      } else for (const one of together) await insertTogether([one]);
    }
  };

  const insertAll = async (channelId: ChannelId, waiting: Waiting[]): Promise<void> => {
    while (waiting.length > 0) await insertTogether(waiting.splice(0, maxRows));
    waitingIn.delete(channelId);
  };

  return (draft: MessageDraft): Promise<MessageRow | undefined> => {
    const stored = Promise.withResolvers<MessageRow | undefined>();
    const waiting = waitingIn.get(draft.channelId);
    if (waiting) waiting.push({ draft, stored });
    else {
      const first = [{ draft, stored }];
      waitingIn.set(draft.channelId, first);
      void insertAll(draft.channelId, first);
    }
    return stored.promise;
  };
};
