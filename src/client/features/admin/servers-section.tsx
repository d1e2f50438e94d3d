import { keepPreviousData } from "@tanstack/react-query";
import { House } from "lucide-react";
import { useState } from "react";
import { useSearch } from "wouter";

import { readQuery } from "#client/features/navigation/paths.ts";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { trpc } from "#sdk/react.ts";

import { PagedList } from "./paged-list.tsx";
import { type ServerDeed, InstanceServerDialogs } from "./instance-server-dialogs.tsx";
import { ServerItem } from "./server-item.tsx";
import { useSearchField } from "./use-search.tsx";

const useServers = (query: string | undefined) => {
  const found = trpc.admin.servers.useInfiniteQuery(
    { ...(query !== undefined && { query }) },
    {
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
      placeholderData: keepPreviousData,
      // No event keeps them.
      staleTime: 0,
      gcTime: 60_000,
    },
  );
  return { found, servers: found.data?.pages.flatMap((page) => page.servers) };
};

const nothing = (query: string | undefined) =>
  query === undefined ? (
    <EmptyState icon={<House />} title="No servers yet">
      Whoever has an account can make one, with the + beside their servers.
    </EmptyState>
  ) : (
    <EmptyState icon={<House />} title="No server found">
      None is called that, or owned by somebody who is.
    </EmptyState>
  );

/** Every server of the instance, whoever is in it. */
export const ServersSection = () => {
  const { field, query } = useSearchField("Find a server", readQuery(useSearch()));
  const { found, servers } = useServers(query);
  const [deed, setDeed] = useState<ServerDeed>();
  return (
    <>
      {field}
      <PagedList label="Servers of this instance" found={found} items={servers} empty={nothing(query)}>
        {(server) => <ServerItem key={server.id} server={server} onChoose={setDeed} />}
      </PagedList>
      {deed && <InstanceServerDialogs deed={deed} onClose={() => setDeed(undefined)} />}
    </>
  );
};
