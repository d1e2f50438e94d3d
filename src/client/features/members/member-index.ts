/** The loaded members of a server, by id and by presence. Pure. */
import type { MemberPages, Presences } from "#sdk/query-cache/index.ts";
import type { Member } from "#shared/contract/members.ts";
import type { UserId } from "#shared/ids.ts";

export type MemberIndex = ReadonlyMap<UserId, Member>;

const indexes = new WeakMap<MemberPages, MemberIndex>();

/** Made once for each state of the list: every message's author is looked up in it. */
export const indexMembers = (data: MemberPages): MemberIndex => {
  const known = indexes.get(data);
  if (known) return known;
  const index: MemberIndex = new Map(
    data.pages.flatMap(({ members }) => members.map((member) => [member.user.id, member] as const)),
  );
  indexes.set(data, index);
  return index;
};

export const getMemberName = ({ nickname, user }: Member): string => nickname ?? user.displayName;

const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

const byName = (a: Member, b: Member): number => collator.compare(getMemberName(a), getMemberName(b));

/** Who is here and who is not, each by name. */
export const groupMembers = (
  data: MemberPages,
  presences: Presences,
): { online: readonly Member[]; offline: readonly Member[] } => {
  const members = data.pages.flatMap((page) => page.members).toSorted(byName);
  const isOnline = ({ user }: Member): boolean => presences[user.id] !== undefined;
  return { online: members.filter(isOnline), offline: members.filter((member) => !isOnline(member)) };
};
