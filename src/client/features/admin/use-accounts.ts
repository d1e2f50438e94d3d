import { keepPreviousData } from "@tanstack/react-query";

import { trpc } from "#sdk/react.ts";

/** The accounts of the instance, of this moment: no event keeps them. */
export const useAccounts = (query: string | undefined) => {
  const found = trpc.admin.accounts.useInfiniteQuery(
    { ...(query !== undefined && { query }) },
    {
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
      placeholderData: keepPreviousData,
      staleTime: 0,
      gcTime: 60_000,
    },
  );
  return { found, accounts: found.data?.pages.flatMap((page) => page.accounts) };
};
