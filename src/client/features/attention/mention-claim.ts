/**
 * Several tabs hear of the same message; one of them shows it. Whichever takes the message's lock does, and a tab in which
 * the message is looked at takes it first, so that none does.
 */
import type { MessageId } from "#shared/ids.ts";

/** A tab in the background may hear of it late, but not later than this. */
const heldMs = 10_000;

/** The time that a tab which looks at the message has to say so. */
const othersAfterMs = 300;

const wait = (durationMs: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });

const isFirst = (messageId: MessageId): Promise<boolean> =>
  new Promise((resolve) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      resolve(lock !== null);
      return lock ? wait(heldMs) : undefined;
    };
    const request = navigator.locks.request(`together-mention:${messageId}`, { ifAvailable: true }, hold);
    // A page that is being left gets none.
    request.catch(() => resolve(false));
  });

/** Whether this page is the one of the browser that deals with the mention. */
export const claimMention = async (
  messageId: MessageId,
  { isLookedAt }: { isLookedAt: boolean },
): Promise<boolean> => {
  if (!isLookedAt) await wait(othersAfterMs);
  return isFirst(messageId);
};
