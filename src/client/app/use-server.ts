import { findTrouble } from "#client/features/session/trouble.ts";
import { reasonOf } from "#sdk/index.ts";
import { trpc } from "#sdk/react.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ServerId } from "#shared/ids.ts";

export type ServerState =
  | { kind: "loading" }
  | { kind: "here"; server: Server }
  /** Deleted, or the caller is no member. */
  | { kind: "gone" }
  | { kind: "failed"; error: unknown; retry: () => void };

/**
 * The server that the address names. One that has just been joined or made may not have come with the event stream yet:
 * before it is called gone, the server is asked.
 */
export const useServer = (serverId: ServerId): ServerState => {
  const list = trpc.servers.list.useQuery();
  const listed = list.data?.find(({ id }) => id === serverId);
  const asked = trpc.servers.get.useQuery({ serverId }, { enabled: list.data !== undefined && !listed });
  if (listed) return { kind: "here", server: listed };
  const error = findTrouble(list.data ? asked : list);
  if (error === null) return { kind: "loading" };
  if (reasonOf(error).reason === "NOT_FOUND") return { kind: "gone" };
  return { kind: "failed", error, retry: () => void (list.data ? asked : list).refetch() };
};
