import { useCallback, useMemo } from "react";

import { useMembers } from "#client/features/members/use-members.ts";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { RoleId, ServerId } from "#shared/ids.ts";

import { findTextColor } from "./role-colors.ts";

const none: Role[] = [];

/** The server's roles, highest first and @everyone last, as the event stream keeps them. */
export const useAllRoles = (serverId: ServerId): Role[] =>
  trpc.roles.list.useQuery({ serverId }, { enabled: false }).data ?? none;

/** The colour of whoever has these roles, for CSS; undefined where none has one. */
export const useTextColor = (serverId: ServerId): ((roleIds: readonly RoleId[]) => string | undefined) => {
  const roles = useAllRoles(serverId);
  return useCallback((roleIds) => findTextColor(roles, roleIds), [roles]);
};

export interface Holders {
  /** Who has each role, of the members that are loaded. */
  byRole: ReadonlyMap<RoleId, readonly Member[]>;
  /** Whether everybody is loaded. */
  isComplete: boolean;
}

/** Who has which role. */
export const useHolders = (serverId: ServerId): Holders => {
  const { data, hasNextPage } = useMembers(serverId);
  const byRole = useMemo(() => {
    const pairs = (data?.pages ?? [])
      .flatMap(({ members }) => members)
      .flatMap((member) => member.roleIds.map((roleId) => ({ roleId, member })));
    const grouped = Map.groupBy(pairs, ({ roleId }) => roleId);
    return new Map([...grouped].map(([id, held]) => [id, held.map(({ member }) => member)] as const));
  }, [data]);
  return { byRole, isComplete: data !== undefined && !hasNextPage };
};

/** How many have a role, as far as it is known: "12", or "500+" where more may come. */
export const formatCount = (count: number, isComplete: boolean): string =>
  `${count.toLocaleString()}${isComplete ? "" : "+"}`;
