import type { UserRef } from "#shared/contract/users.ts";
import type { UserId } from "#shared/ids.ts";
import { timing } from "#shared/limits.ts";
import type { Cache } from "./cache.ts";
import { keys, type TypingUser } from "./keys.ts";

/** More names than anyone reads; whoever else types waits until one of these is done. */
const maxTyping = 20;

export const addTyping = (
  typing: readonly TypingUser[],
  user: UserRef,
  nowMs: number,
): readonly TypingUser[] => {
  const others = typing.filter((other) => other.user.id !== user.id && other.untilMs > nowMs);
  return others.length >= maxTyping ? others : [...others, { user, untilMs: nowMs + timing.typingShownMs }];
};

export const removeTyping = (typing: readonly TypingUser[], userId: UserId): readonly TypingUser[] =>
  typing.some(({ user }) => user.id === userId) ? typing.filter(({ user }) => user.id !== userId) : typing;

/** When the next one is no longer shown as typing; undefined while nobody is. */
export const findTypingEndMs = (cache: Cache): number | undefined => {
  const ends = cache.readAll(keys.allTyping()).flatMap(({ data }) => data.map(({ untilMs }) => untilMs));
  return ends.length === 0 ? undefined : Math.min(...ends);
};

export const expireTyping = (cache: Cache, nowMs: number): void =>
  cache.updateAll(keys.allTyping(), (typing) =>
    typing.every(({ untilMs }) => untilMs > nowMs) ? typing : typing.filter(({ untilMs }) => untilMs > nowMs),
  );
