/** Who is who in the server of the open conversation: one index for all rows. */
import { createContext, useContext, useMemo } from "react";

import { indexMembers, type MemberIndex } from "#client/features/members/member-index.ts";
import { useMembers } from "#client/features/members/use-members.ts";
import { useTextColor } from "#client/features/roles/use-roles.ts";
import { useMe } from "#client/features/users/use-me.ts";
import type { UserRef } from "#shared/contract/users.ts";
import { type ServerId, UserId } from "#shared/ids.ts";

export interface People {
  serverId: ServerId;
  own: UserRef;
  members: MemberIndex;
  /** Whether every member is known, so that nobody else need be looked for. */
  isComplete: boolean;
  getName: (user: Pick<UserRef, "id" | "displayName">) => string;
  /** Of their name, for CSS; undefined where no role of theirs has one. */
  findColor: (user: Pick<UserRef, "id">) => string | undefined;
  /** Of a mention; undefined for who is not known. */
  findName: (id: string) => string | undefined;
}

const PeopleContext = createContext<People | null>(null);

export const PeopleProvider = PeopleContext.Provider;

export const usePeople = (): People => {
  const people = useContext(PeopleContext);
  if (!people) throw new Error("usePeople needs a PeopleProvider above it");
  return people;
};

const noMembers: MemberIndex = new Map();

/** The people of a server, for a PeopleProvider. */
export const useServerPeople = (serverId: ServerId): People => {
  const own = useMe();
  const { data, hasNextPage } = useMembers(serverId);
  const members = data ? indexMembers(data) : noMembers;
  const getColor = useTextColor(serverId);
  const isComplete = data !== undefined && !hasNextPage;
  return useMemo(() => {
    const findName = (id: string): string | undefined => {
      const userId = UserId.safeParse(id).data;
      const member = userId && members.get(userId);
      if (member) return member.nickname ?? member.user.displayName;
      return userId === own.id ? own.displayName : undefined;
    };
    return {
      serverId,
      own,
      members,
      isComplete,
      findName,
      findColor: ({ id }) => {
        const member = members.get(id);
        return member && getColor(member.roleIds);
      },
      getName: ({ id, displayName }) => members.get(id)?.nickname ?? displayName,
    };
  }, [serverId, own, members, isComplete, getColor]);
};
