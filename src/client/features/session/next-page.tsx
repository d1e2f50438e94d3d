import type { ReactNode } from "react";

import { Failure } from "./failure.tsx";
import { findPageTrouble } from "./trouble.ts";

/** As much of an infinite query as it needs. */
export interface PagedQuery {
  error: unknown;
  failureReason: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => Promise<unknown>;
}

export type NextPageProps = {
  query: PagedQuery;
  /** What was done too often. */
  limitTitle?: string;
  /** The button that shows more. */
  children: ReactNode;
};

/** What stands below a list that goes on: the way to more of it, or why there is none at the moment. */
export const NextPage = ({ query, limitTitle, children }: NextPageProps) => {
  const { isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const trouble = findPageTrouble(query, { isFetching: isFetchingNextPage, hasFailed: isFetchNextPageError });
  if (trouble !== null) {
    return (
      <Failure
        title="What comes after this can’t be shown"
        error={trouble}
        onRetry={() => void fetchNextPage()}
        isRetrying={isFetchingNextPage}
        {...(limitTitle !== undefined && { limitTitle })}
      />
    );
  }
  return query.hasNextPage ? children : null;
};
