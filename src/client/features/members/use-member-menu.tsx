import { Shield, UserRound } from "lucide-react";
import { lazy, Suspense, useCallback, useState, type ReactNode } from "react";

import { joinGroups, type MenuEntry } from "#client/ui/menu.tsx";
import type { Member } from "#shared/contract/members.ts";

import { useRoleItems } from "./role-chips.tsx";
import { type ActionEntry, useMemberActions } from "./use-member-actions.tsx";

const MemberProfileDialog = lazy(() =>
  import("./member-profile-dialog.tsx").then((module) => ({ default: module.MemberProfileDialog })),
);

export interface MemberMenu {
  /** For a member's "…" and for the right click on them. */
  getItems: (member: Member) => readonly MenuEntry[];
  /** Put it beside the list. */
  dialogs: ReactNode;
}

/** Everything about a member as one menu: who they are, their roles, and what may be done to them. */
export const useMemberMenu = (serverId: Member["serverId"]): MemberMenu => {
  const { getItems: getActs, dialogs: actDialogs } = useMemberActions(serverId);
  const { getItems: getRoleItems } = useRoleItems(serverId);
  const [shown, setShown] = useState<Member>();
  const getItems = useCallback(
    (member: Member): readonly MenuEntry[] => {
      const acts = getActs(member);
      const roles = getRoleItems(member);
      const isRemoval = ({ isDanger }: ActionEntry): boolean => isDanger === true;
      return joinGroups(
        [
          { kind: "item", label: "Profile", icon: <UserRound />, onSelect: () => setShown(member) },
          ...acts.filter((act) => !isRemoval(act)),
          ...(roles.length > 0
            ? [{ kind: "submenu" as const, label: "Roles", icon: <Shield />, items: roles }]
            : []),
        ],
        acts.filter(isRemoval),
      );
    },
    [getActs, getRoleItems],
  );
  const dialogs = (
    <>
      {actDialogs}
      {shown && (
        <Suspense>
          <MemberProfileDialog member={shown} onClose={() => setShown(undefined)} />
        </Suspense>
      )}
    </>
  );
  return { getItems, dialogs };
};
