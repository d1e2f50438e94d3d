import { Ban, Tag, UserMinus } from "lucide-react";
import { lazy, Suspense, useCallback, useState, type ReactNode } from "react";

import { useRights } from "#client/features/servers/use-rights.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { useSessionState } from "#client/features/session/together-context.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import type { MenuEntry } from "#client/ui/menu.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { UserId } from "#shared/ids.ts";
import type { PermissionName } from "#shared/permissions.ts";

import { getMemberName } from "./member-index.ts";

const NicknameDialog = lazy(() =>
  import("./nickname-dialog.tsx").then((module) => ({ default: module.NicknameDialog })),
);

type Removal = { kind: "kick" | "ban"; member: Member };
type Asking = { kind: "nothing" } | Removal | { kind: "nickname"; member: Member };

type ActionEntry = MenuEntry & { kind: "item" };

export interface MemberActions {
  /** What may be done to this member; empty where nothing may. */
  getItems: (member: Member) => readonly ActionEntry[];
  /** Put it beside the list: it asks before anything is done. */
  dialogs: ReactNode;
}

const RemovalDialog = ({ asking, onClose }: { asking: Removal; onClose: () => void }) => {
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

type AskingProps = { asking: Asking; ownId: UserId | undefined; onClose: () => void };

const AskingDialog = ({ asking, ownId, onClose }: AskingProps) => {
  if (asking.kind === "nothing") return null;
  if (asking.kind !== "nickname") return <RemovalDialog asking={asking} onClose={onClose} />;
  return (
    <Suspense>
      <NicknameDialog member={asking.member} isOwn={asking.member.user.id === ownId} onClose={onClose} />
    </Suspense>
  );
};

interface Offer {
  kind: (Asking & { member: Member })["kind"];
  label: string;
  icon: ReactNode;
  isOffered: boolean;
  isDanger: boolean;
}

/** What somebody is called, and removing and banning them: offered only where the server would allow it. */
export const useMemberActions = (serverId: Member["serverId"]): MemberActions => {
  const { can, isAbove } = useRights(serverId);
  const session = useSessionState();
  const ownId = session.kind === "signed-in" ? session.user.id : undefined;
  const [asking, setAsking] = useState<Asking>({ kind: "nothing" });
  const getItems = useCallback(
    (member: Member): readonly ActionEntry[] => {
      const isOwn = member.user.id === ownId;
      const may = (permission: PermissionName): boolean => can(permission) && isAbove(member);
      const mayName = isOwn || may("MANAGE_SERVER");
      const offers: Offer[] = [
        { kind: "nickname", label: "Edit nickname", icon: <Tag />, isOffered: mayName, isDanger: false },
        {
          kind: "kick",
          label: "Remove from server…",
          icon: <UserMinus />,
          isOffered: may("KICK_MEMBERS"),
          isDanger: true,
        },
        {
          kind: "ban",
          label: "Ban from server…",
          icon: <Ban />,
          isOffered: may("BAN_MEMBERS"),
          isDanger: true,
        },
      ];
      return offers
        .filter(({ isOffered }) => isOffered)
        .map(({ kind, label, icon, isDanger }) => ({
          kind: "item" as const,
          label,
          icon,
          isDanger,
          onSelect: () => setAsking({ kind, member }),
        }));
    },
    [can, isAbove, ownId],
  );
  const close = (): void => setAsking({ kind: "nothing" });
  return { getItems, dialogs: <AskingDialog asking={asking} ownId={ownId} onClose={close} /> };
};
