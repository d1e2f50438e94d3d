import { Ban, Clock, ClockFading, Tag, UserMinus } from "lucide-react";
import { lazy, Suspense, useCallback, useState, type ReactNode } from "react";

import { useRights } from "#client/features/servers/use-rights.ts";
import { useSessionState } from "#client/features/session/together-context.tsx";
import type { MenuEntry } from "#client/ui/menu.tsx";
import type { Member } from "#shared/contract/members.ts";
import type { PermissionName } from "#shared/permissions.ts";

import type { MemberAct } from "./member-act-dialog.tsx";
import { getTimeoutEndMs } from "./timeouts.ts";
import { useEndTimeout } from "./use-end-timeout.ts";

const MemberActDialog = lazy(() =>
  import("./member-act-dialog.tsx").then((module) => ({ default: module.MemberActDialog })),
);

type Asking = { act: MemberAct; member: Member };

export type ActionEntry = MenuEntry & { kind: "item" };

export interface MemberActions {
  /** What may be done to this member; empty where nothing may. */
  getItems: (member: Member) => readonly ActionEntry[];
  /** Put it beside the list: it asks before anything is done. */
  dialogs: ReactNode;
}

/** An entry, where it is offered. */
const offer = (isOffered: boolean, entry: Omit<ActionEntry, "kind">): ActionEntry[] =>
  isOffered ? [{ kind: "item", ...entry }] : [];

/** What somebody is called, timing them out, removing and banning them: offered only where the server would allow it. */
export const useMemberActions = (serverId: Member["serverId"]): MemberActions => {
  const { can, isAbove } = useRights(serverId);
  const session = useSessionState();
  const ownId = session.kind === "signed-in" ? session.user.id : undefined;
  const [asking, setAsking] = useState<Asking>();
  const { end } = useEndTimeout();
  const getItems = useCallback(
    (member: Member): readonly ActionEntry[] => {
      const may = (permission: PermissionName): boolean => can(permission) && isAbove(member);
      const ask = (act: MemberAct) => () => setAsking({ act, member });
      const isTimedOut = getTimeoutEndMs(member, Date.now()) !== undefined;
      const mayTimeOut = may("TIMEOUT_MEMBERS");
      const mayName = member.user.id === ownId || may("MANAGE_SERVER");
      const timeout = isTimedOut ? "Change timeout…" : "Time out…";
      return [
        ...offer(mayName, { label: "Edit nickname", icon: <Tag />, onSelect: ask("nickname") }),
        ...offer(mayTimeOut && isTimedOut, {
          label: "End timeout",
          icon: <ClockFading />,
          onSelect: () => end(member),
        }),
        ...offer(mayTimeOut, { label: timeout, icon: <Clock />, onSelect: ask("timeout") }),
        ...offer(may("KICK_MEMBERS"), {
          label: "Kick…",
          icon: <UserMinus />,
          isDanger: true,
          onSelect: ask("kick"),
        }),
        ...offer(may("BAN_MEMBERS"), { label: "Ban…", icon: <Ban />, isDanger: true, onSelect: ask("ban") }),
      ];
    },
    [can, isAbove, ownId, end],
  );
  const dialogs = asking && (
    <Suspense>
      <MemberActDialog
        {...asking}
        isOwn={asking.member.user.id === ownId}
        onClose={() => setAsking(undefined)}
      />
    </Suspense>
  );
  return { getItems, dialogs };
};
