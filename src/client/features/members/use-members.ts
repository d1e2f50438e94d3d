import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";

import { memberCountQuery, type MemberPages, presencesQuery } from "#sdk/query-cache/index.ts";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { PresenceStatus } from "#shared/contract/users.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";

import { indexMembers, type MemberIndex } from "./member-index.ts";

/** As many as one answer may hold: a community's members come in one or two. */
const pageSize = limits.members.maxPageSize;

/** The server's members by pages of 500; the same query everywhere, kept by the event stream. */
const useMemberPages = <T>(serverId: ServerId, select: (data: MemberPages) => T) =>
  trpc.members.list.useInfiniteQuery(
    { serverId, limit: pageSize },
    { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined, select },
  );

const all = (data: MemberPages): MemberPages => data;

/** Who is here stands first in the list, so that it is loaded whole up to this many pages; the rest on demand. */
const maxPagesByItself = 4;

/** The members, loaded until a few thousand are there, and how to load the rest. */
export const useMembers = (serverId: ServerId) => {
  const query = useMemberPages(serverId, all);
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query;
  const pageCount = data?.pages.length ?? 0;
  const shouldGoOn = hasNextPage && !isFetching && !isError && pageCount > 0 && pageCount < maxPagesByItself;
  useEffect(() => {
    if (shouldGoOn) void fetchNextPage();
  }, [shouldGoOn, fetchNextPage]);
  return query;
};

/** One member; undefined while it is not loaded, and for who is none. */
export const useMember = (serverId: ServerId, userId: UserId): Member | undefined =>
  useMemberPages(serverId, (data) => indexMembers(data).get(userId)).data;

/** All that are loaded, by id; undefined until some are. */
export const useMemberIndex = (serverId: ServerId): MemberIndex | undefined =>
  useMemberPages(serverId, indexMembers).data;

/** Looks a member up among those that are loaded, outside of drawing. */
export const useFindMember = (): ((serverId: ServerId, userId: UserId) => Member | undefined) => {
  const utils = trpc.useUtils();
  return useCallback(
    (serverId, userId) => {
      const data = utils.members.list.getInfiniteData({ serverId, limit: pageSize });
      return data && indexMembers(data).get(userId);
    },
    [utils],
  );
};

export const usePresence = (userId: UserId): PresenceStatus =>
  useQuery({ ...presencesQuery, select: (presences) => presences[userId] }).data ?? "offline";

/** Undefined until it is known. */
export const useMemberCount = (serverId: ServerId): number | undefined =>
  useQuery(memberCountQuery(serverId)).data;
