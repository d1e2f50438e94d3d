/** What was open or listed a moment ago and is gone: says so, and leads to what is still there. */
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";

import { useLeftWriting } from "#client/features/messages/use-left-writing.ts";
import { serverPath } from "#client/features/navigation/paths.ts";
import { takeExpected } from "#client/features/servers/departures.ts";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";

/** Long enough for who looks elsewhere just then. */
const shownMs = 10_000;

/** Told of each server that the reader is a member of no longer, and did not leave here. Goes home from one that was open. */
export const useLostServers = (openId: ServerId | undefined): void => {
  const { data: servers } = trpc.servers.list.useQuery();
  const [, navigate] = useLocation();
  const known = useRef<readonly Server[]>([]);
  useEffect(() => {
    const lost = known.current.filter(({ id }) => servers?.every((server) => server.id !== id) ?? false);
    known.current = servers ?? [];
    for (const { id, name } of lost) {
      if (takeExpected(id)) continue;
      // To those who are removed, a server goes as one that is deleted does.
      toast.info(`You are no longer a member of ${name}.`, { duration: shownMs });
      if (id === openId) navigate("/", { replace: true });
    }
  }, [servers, openId, navigate]);
};

const nameOf = ({ type, name }: Channel): string => (type === "text" ? `#${name}` : name);

/** Whether the open channel has just gone; then it leads to another one of the server, and says so. */
export const useLostChannel = (
  serverId: ServerId,
  channels: readonly Channel[] | undefined,
  openId: ChannelId | undefined,
): boolean => {
  const left = useLeftWriting();
  const [, navigate] = useLocation();
  const open = channels?.find(({ id }) => id === openId);
  const [seen, setSeen] = useState(open);
  if (open && open !== seen) setSeen(open);
  const lost = channels && !open && seen?.id === openId ? seen : undefined;
  useEffect(() => {
    if (!lost) return;
    const { id } = lost;
    toast.info(`${nameOf(lost)} is not available any more.`, {
      duration: shownMs,
      ...(left.has(id) && {
        description: "What you were writing there is kept, and comes back with it.",
        // Nothing else shows what was written in a channel that never comes back.
        duration: Number.POSITIVE_INFINITY,
        action: { label: "Discard it", onClick: () => left.discard(id) },
        cancel: { label: "Keep it", onClick: () => undefined },
      }),
    });
    navigate(serverPath(serverId), { replace: true });
  }, [lost, left, serverId, navigate]);
  return lost !== undefined;
};
