/** When one may write again in a channel that is in slow mode. Pure. */
import type { PendingMessage } from "#sdk/index.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { UserId } from "#shared/ids.ts";

interface Written {
  messages: readonly Message[];
  unsent: readonly PendingMessage[];
}

/** When the reader last wrote, of what is loaded; what failed was not written. Undefined where nothing is theirs. */
export const findLastWrittenMs = ({ messages, unsent }: Written, ownId: UserId): number | undefined => {
  const sent = messages.findLast(({ author }) => author.id === ownId);
  const waiting = unsent.findLast(({ state }) => state.kind === "pending");
  const times = [sent, waiting].flatMap((message) => (message ? [Date.parse(message.createdAt)] : []));
  return times.length === 0 ? undefined : Math.max(...times);
};
