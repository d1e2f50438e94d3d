import { keepPreviousData } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { getMemberName } from "#client/features/members/member-index.ts";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";

import { findMentionQuery, type MentionChoice } from "./mention-text.ts";
import { usePeople } from "./people-context.tsx";
import { maxChoices, rankMembers } from "./rank-members.ts";

export interface MentionCompletion {
  choices: readonly Member[];
  /** Where what is being typed stands in the text. */
  place: { start: number; end: number };
  activeIndex: number;
  setActiveIndex: (index: number) => void;
  /** Not again until another mention is begun. */
  dismiss: () => void;
  toChoice: (member: Member) => MentionChoice;
}

/** Who may be meant by the "@" before the caret; undefined while nobody is being mentioned. */
export const useMentionCompletion = (
  text: string,
  caret: number | undefined,
): MentionCompletion | undefined => {
  const { serverId, members, isComplete } = usePeople();
  const found = caret === undefined ? undefined : findMentionQuery(text, caret);
  const [dismissedAt, setDismissedAt] = useState<number>();
  const [active, setActive] = useState({ key: "", index: 0 });
  const query = found?.query ?? "";
  const isOpen = found !== undefined && found.start !== dismissedAt;
  if (found === undefined && dismissedAt !== undefined) setDismissedAt(undefined);
  // In a server whose members are all known nobody need be asked.
  const search = trpc.members.list.useInfiniteQuery(
    { serverId, query, limit: maxChoices },
    {
      enabled: isOpen && !isComplete && query !== "",
      getNextPageParam: () => undefined,
      placeholderData: keepPreviousData,
      gcTime: 60_000,
    },
  );
  const others = search.data?.pages[0]?.members;
  const choices = useMemo(() => {
    if (!isOpen) return [];
    const all = new Map([...members.values(), ...(others ?? [])].map((member) => [member.user.id, member]));
    return rankMembers(all.values(), query);
  }, [isOpen, members, others, query]);
  if (!isOpen || choices.length === 0 || caret === undefined) return undefined;
  const key = `${found.start} ${query}`;
  return {
    choices,
    place: { start: found.start, end: caret },
    activeIndex: active.key === key ? Math.min(active.index, choices.length - 1) : 0,
    setActiveIndex: (index) => setActive({ key, index: (index + choices.length) % choices.length }),
    dismiss: () => setDismissedAt(found.start),
    toChoice: (member) => ({
      userId: member.user.id,
      name: getMemberName(member),
      username: member.user.username,
    }),
  };
};
