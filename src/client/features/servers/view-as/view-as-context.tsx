/** Seeing a server as a member with certain roles sees it. It lives in this page alone: the server never hears of it. */
import { skipToken } from "@tanstack/react-query";
import { createContext, useContext, useMemo, useState, type ReactNode } from "react";

import { trpc } from "#sdk/react.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { RoleId, ServerId } from "#shared/ids.ts";

export interface ViewAs {
  serverId: ServerId;
  /** Besides @everyone; none: as somebody without a role. */
  roleIds: readonly RoleId[];
}

interface Viewing {
  viewAs: ViewAs | undefined;
  view: (as: ViewAs) => void;
  stop: () => void;
}

const nothing = (): void => undefined;

const ViewAsContext = createContext<Viewing>({ viewAs: undefined, view: nothing, stop: nothing });

export const useViewing = (): Viewing => useContext(ViewAsContext);

/** What is left of the wish: nothing in another server, and without those roles that are gone. */
const keepValid = (
  wish: ViewAs | undefined,
  serverId: ServerId | undefined,
  roles: readonly Role[] | undefined,
): ViewAs | undefined => {
  if (!wish || wish.serverId !== serverId) return undefined;
  if (!roles) return wish;
  const roleIds = wish.roleIds.filter((id) => roles.some((role) => role.id === id));
  if (roleIds.length === wish.roleIds.length) return wish;
  return roleIds.length === 0 ? undefined : { ...wish, roleIds };
};

/** `serverId`: the server that is open; leaving it ends the view. */
export const ViewAsProvider = ({
  serverId,
  children,
}: {
  serverId: ServerId | undefined;
  children: ReactNode;
}) => {
  const [wish, setWish] = useState<ViewAs>();
  const { data: roles } = trpc.roles.list.useQuery(serverId ? { serverId } : skipToken, { enabled: false });
  const viewAs = keepValid(wish, serverId, roles);
  // What is over does not come back with the server or the role.
  if (viewAs !== wish) setWish(viewAs);
  const value = useMemo(() => ({ viewAs, view: setWish, stop: () => setWish(undefined) }), [viewAs]);
  return <ViewAsContext value={value}>{children}</ViewAsContext>;
};
