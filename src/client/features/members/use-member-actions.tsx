import { Ban, UserMinus } from "lucide-react";
import { useCallback, useState, type ReactNode } from "react";

import { useRights } from "#client/features/servers/use-rights.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import type { MenuEntry } from "#client/ui/menu.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";

import { getMemberName } from "./member-index.ts";

type Asking = { kind: "nothing" } | { kind: "kick" | "ban"; member: Member };

type ActionEntry = MenuEntry & { kind: "item" };

export interface MemberActions {
  /** What may be done to this member; empty where nothing may. */
  getItems: (member: Member) => readonly ActionEntry[];
  /** Put it beside the list: it asks before anything is done. */
  dialogs: ReactNode;
}

const RemovalDialog = ({ asking, onClose }: { asking: Asking & { member: Member }; onClose: () => void }) => {
  const kick = trpc.members.kick.useMutation();
  const ban = trpc.members.ban.useMutation();
  const { serverId, user } = asking.member;
  const name = getMemberName(asking.member);
  const isBan = asking.kind === "ban";
  const confirm = async (): Promise<void> => {
    await (isBan ? ban : kick).mutateAsync({ serverId, userId: user.id });
    toast.success(isBan ? `${name} is banned from this server.` : `${name} is no longer a member.`);
  };
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={isBan ? `Ban ${name}?` : `Remove ${name} from the server?`}
      loss={
        isBan ? (
          <>
            <strong>{name}</strong> loses access to this server at once and cannot come back with an invite.
            What they wrote stays.
          </>
        ) : (
          <>
            <strong>{name}</strong> loses access to this server and their roles here, and can come back with
            an invite. What they wrote stays.
          </>
        )
      }
      confirmLabel={isBan ? "Ban" : "Remove"}
      onConfirm={confirm}
      getErrorText={errorText}
    />
  );
};

const noItems: readonly ActionEntry[] = [];

/** Removing and banning, offered only where the server would allow it. */
export const useMemberActions = (serverId: Member["serverId"]): MemberActions => {
  const { can, isAbove } = useRights(serverId);
  const [asking, setAsking] = useState<Asking>({ kind: "nothing" });
  const getItems = useCallback(
    (member: Member): readonly ActionEntry[] => {
      if (!isAbove(member)) return noItems;
      const offers: { kind: "kick" | "ban"; label: string; icon: ReactNode; isOffered: boolean }[] = [
        { kind: "kick", label: "Remove from server…", icon: <UserMinus />, isOffered: can("KICK_MEMBERS") },
        { kind: "ban", label: "Ban from server…", icon: <Ban />, isOffered: can("BAN_MEMBERS") },
      ];
      return offers
        .filter(({ isOffered }) => isOffered)
        .map(({ kind, label, icon }) => ({
          kind: "item" as const,
          label,
          icon,
          isDanger: true,
          onSelect: () => setAsking({ kind, member }),
        }));
    },
    [can, isAbove],
  );
  const dialogs = asking.kind !== "nothing" && (
    <RemovalDialog asking={asking} onClose={() => setAsking({ kind: "nothing" })} />
  );
  return { getItems, dialogs };
};
