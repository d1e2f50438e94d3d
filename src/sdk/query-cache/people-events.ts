/** Events of members, users and their presence. */
import type { Member } from "#shared/contract/members.ts";
import type { Presence, User } from "#shared/contract/users.ts";
import type { UserId } from "#shared/ids.ts";
import type { ApplyContext, EventAppliers } from "./apply-context.ts";
import { type Cache, isOfServer, isSearch } from "./cache.ts";
import { keys, type MemberPages, type Presences } from "./keys.ts";
import { changeUser, changeUserOf, putMember, removeMember, replaceMember } from "./members.ts";
import { replaceAuthor } from "./message-history.ts";
import { forgetServer, resolveAnew } from "./server-events.ts";
import { removeVoiceState } from "./voice-events.ts";

const updatePages = (
  cache: Cache,
  { serverId }: Pick<Member, "serverId">,
  change: (data: MemberPages, queryKey: readonly unknown[]) => MemberPages,
): void =>
  cache.updateAll(keys.allMembers(), (data, queryKey) =>
    isOfServer(queryKey, serverId) ? change(data, queryKey) : data,
  );

/** Changes the user wherever they stand as a whole; inside messages they stand as less than that. */
const changeEverywhere = (cache: Cache, userId: UserId, change: (user: User) => User): void => {
  cache.update(keys.user(userId), change);
  cache.update(keys.me(), (me) => (me.id === userId ? { ...me, ...change(me) } : me));
  cache.updateAll(keys.allMembers(), (data) => changeUser(data, userId, change));
  for (const { id } of cache.read(keys.servers()) ?? []) {
    cache.update(keys.ownMember(id), (member) => changeUserOf(member, userId, change));
  }
};

const putPresence = (presences: Presences, { userId, status }: Presence): Presences => {
  if ((presences[userId] ?? "offline") === status) return presences;
  const { [userId]: _, ...others } = presences;
  return status === "offline" ? others : { ...others, [userId]: status };
};

const applyUser = ({ cache }: ApplyContext, user: User): void => {
  changeEverywhere(cache, user.id, () => user);
  const { id, username, displayName, avatarUrl, bot, isDeleted } = user;
  const author = { id, username, displayName, avatarUrl, bot, ...(isDeleted && { isDeleted }) };
  cache.updateAll(keys.allMessages(), (history) => replaceAuthor(history, author));
};

type PeopleEvents =
  | "MEMBER_JOIN"
  | "MEMBER_UPDATE"
  | "MEMBER_LEAVE"
  | "PRESENCE_UPDATE"
  | "USER_UPDATE"
  | "ME_UPDATE";

export const peopleAppliers: Pick<EventAppliers, PeopleEvents> = {
  MEMBER_JOIN: ({ cache }, member) => {
    updatePages(cache, member, (data, queryKey) => (isSearch(queryKey) ? data : putMember(data, member)));
    cache.update(keys.memberCount(member.serverId), (count) => count + 1);
    // Until now nothing may have been told of them.
    const { id: userId, status } = member.user;
    cache.update(keys.presences(), (presences) => putPresence(presences, { userId, status }));
  },
  MEMBER_UPDATE: ({ cache, ownUserId }, member) => {
    updatePages(cache, member, (data) => replaceMember(data, member));
    if (member.user.id !== ownUserId) return;
    cache.update(keys.ownMember(member.serverId), () => member);
    resolveAnew(cache, member.serverId);
  },
  MEMBER_LEAVE: ({ cache, ownUserId }, { serverId, userId }) => {
    if (userId === ownUserId) return forgetServer(cache, serverId);
    updatePages(cache, { serverId }, (data) => removeMember(data, userId));
    cache.update(keys.memberCount(serverId), (count) => count - 1);
    removeVoiceState(cache, serverId, userId);
  },
  PRESENCE_UPDATE: ({ cache }, presence) => {
    const { userId, status } = presence;
    cache.update(keys.presences(), (presences) => putPresence(presences, presence));
    changeEverywhere(cache, userId, (user) => (user.status === status ? user : { ...user, status }));
  },
  USER_UPDATE: applyUser,
  ME_UPDATE: ({ cache }, me) => cache.put(keys.me(), me),
};
