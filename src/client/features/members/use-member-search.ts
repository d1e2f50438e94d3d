import { keepPreviousData } from "@tanstack/react-query";

import { findTrouble } from "#client/features/session/trouble.ts";
import { useSettled } from "#client/lib/use-settled.ts";
import { trpc } from "#sdk/react.ts";
import type { ServerId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";

/** As many as one looks through at once; who wants another types their name. */
const pageSize = 50;

/** The members of the server whose names fit what is typed; `query` is what was asked for. */
export const useMemberSearch = (serverId: ServerId, typed: string) => {
  const query = useSettled(typed.trim().slice(0, limits.displayName.maxLength));
  const answer = trpc.members.list.useInfiniteQuery(
    { serverId, limit: pageSize, ...(query !== "" && { query }) },
    { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined, placeholderData: keepPreviousData },
  );
  const trouble = findTrouble(answer);
  // What was found for other letters does not stand for what cannot be looked for.
  const pages = trouble === null ? answer.data?.pages : undefined;
  return { ...answer, query, trouble, members: pages?.flatMap((page) => page.members) };
};
