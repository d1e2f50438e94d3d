import { useMemo } from "react";

import { getMemberName } from "#client/features/members/member-index.ts";
import { useMemberIndex } from "#client/features/members/use-members.ts";
import { trpc } from "#sdk/react.ts";
import type { AuditEntry } from "#shared/contract/audit.ts";
import type { UserRef } from "#shared/contract/users.ts";
import { type ServerId, UserId } from "#shared/ids.ts";

import type { AuditNames } from "./audit-words.ts";

/** What the ids in a server's log stand for, from what is loaded and from the entries themselves. */
export const useAuditNames = (serverId: ServerId, entries: readonly AuditEntry[]): AuditNames => {
  const { data: channels } = trpc.channels.list.useQuery({ serverId }, { enabled: false });
  const { data: roles } = trpc.roles.list.useQuery({ serverId }, { enabled: false });
  const members = useMemberIndex(serverId);
  return useMemo(() => {
    const refs = entries.flatMap(({ actor, targetUser }) => [actor, targetUser]);
    const users = new Map<string, UserRef>(refs.flatMap((ref) => (ref ? [[ref.id, ref] as const] : [])));
    return {
      findRole: (id) => roles?.find((role) => role.id === id)?.name,
      findChannel: (id) => {
        const channel = channels?.find((known) => known.id === id);
        return channel && (channel.type === "text" ? `#${channel.name}` : channel.name);
      },
      findUser: (id) => {
        const userId = UserId.safeParse(id).data;
        const member = userId && members?.get(userId);
        return member ? getMemberName(member) : users.get(id)?.displayName;
      },
    };
  }, [entries, channels, roles, members]);
};
