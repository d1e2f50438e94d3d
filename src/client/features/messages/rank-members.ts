/** Whom somebody may mean who begins to write a name. Pure. */
import { getMemberName } from "#client/features/members/member-index.ts";
import { foldText } from "#client/lib/fold-text.ts";
import type { Member } from "#shared/contract/members.ts";

/** As many as are chosen from without reading. */
export const maxChoices = 8;

/** Who fits what was typed: names that begin with it before those that have it inside. */
export const rankMembers = (members: Iterable<Member>, query: string): Member[] => {
  const wanted = foldText(query);
  const rank = (member: Member): number => {
    const names = [getMemberName(member), member.user.displayName, member.user.username].map(foldText);
    if (names.some((name) => name.startsWith(wanted))) return 0;
    if (names.some((name) => name.split(/\s+/).some((word) => word.startsWith(wanted)))) return 1;
    return names.some((name) => name.includes(wanted)) ? 2 : 3;
  };
  return [...members]
    .map((member) => ({ member, place: rank(member), name: getMemberName(member) }))
    .filter(({ place }) => place < 3)
    .toSorted((a, b) => a.place - b.place || a.name.localeCompare(b.name))
    .slice(0, maxChoices)
    .map(({ member }) => member);
};
