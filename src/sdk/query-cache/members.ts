/** What events do to the loaded pages of a server's members, which stand in the order of their user ids. Pure. */
import type { Member, MemberPage } from "#shared/contract/members.ts";
import type { User } from "#shared/contract/users.ts";
import type { RoleId, UserId } from "#shared/ids.ts";
import type { MemberPages } from "./keys.ts";
import { compare, mapItems, upsert, without } from "./lists.ts";

const memberOrder = {
  id: (member: Member) => member.user.id,
  order: (a: Member, b: Member) => compare(a.user.id, b.user.id),
};

const mapPages = (data: MemberPages, change: (members: Member[]) => Member[]): MemberPages => {
  const pages = mapItems(data.pages, (page) => {
    const members = change(page.members);
    return members === page.members ? page : { ...page, members };
  });
  return pages === data.pages ? data : { ...data, pages };
};

const holds = (page: MemberPage, userId: UserId): boolean =>
  page.nextCursor === null || userId <= page.nextCursor;

/** A newcomer in their place, if that place is loaded; one who is there already as they are now. */
export const putMember = (data: MemberPages, member: Member): MemberPages => {
  if (data.pages.some(({ members }) => members.some(({ user }) => user.id === member.user.id))) {
    return replaceMember(data, member);
  }
  const index = data.pages.findIndex((page) => holds(page, member.user.id));
  if (index === -1) return data;
  const pages = data.pages.map((page, at) =>
    at === index ? { ...page, members: upsert(page.members, member, memberOrder) } : page,
  );
  return { ...data, pages };
};

export const replaceMember = (data: MemberPages, member: Member): MemberPages =>
  mapPages(data, (members) =>
    mapItems(members, (known) => (known.user.id === member.user.id ? member : known)),
  );

export const removeMember = (data: MemberPages, userId: UserId): MemberPages =>
  mapPages(data, (members) => without(members, ({ user }) => user.id === userId));

/** Changes the user inside their membership. */
export const changeUser = (data: MemberPages, userId: UserId, change: (user: User) => User): MemberPages =>
  mapPages(data, (members) => mapItems(members, (member) => changeUserOf(member, userId, change)));

export const changeUserOf = (member: Member, userId: UserId, change: (user: User) => User): Member => {
  if (member.user.id !== userId) return member;
  const user = change(member.user);
  return user === member.user ? member : { ...member, user };
};

/** Members no longer have a role that is gone. */
export const removeRoleOf = (member: Member, roleId: RoleId): Member => {
  const roleIds = without(member.roleIds, (id) => id === roleId);
  return roleIds === member.roleIds ? member : { ...member, roleIds };
};

export const removeRoleOfAll = (data: MemberPages, roleId: RoleId): MemberPages =>
  mapPages(data, (members) => mapItems(members, (member) => removeRoleOf(member, roleId)));
