import { ChevronDown, FolderPlus, LogOut, PencilLine, Plus, Trash2, UserPlus } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";

import { ChannelDialog } from "#client/features/channels/channel-dialog.tsx";
import { InviteDialog } from "#client/features/invites/invite-dialog.tsx";
import { errorText } from "#client/features/session/error-text.ts";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { DropdownMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { trpc } from "#sdk/react.ts";
import type { Server } from "#shared/contract/servers.ts";

import { RenameServerDialog } from "./rename-server-dialog.tsx";
import styles from "./server-menu.module.css";
import { type Rights, useRights } from "./use-rights.ts";

type Open = "none" | "invite" | "channel" | "category" | "rename" | "leave" | "delete";

const getItems = ({ isOwner, can }: Rights, open: (dialog: Open) => void): MenuEntry[] => {
  const entries: (MenuEntry | false)[] = [
    can("CREATE_INVITE") && {
      kind: "item",
      label: "Invite people",
      icon: <UserPlus />,
      onSelect: () => open("invite"),
    },
    can("MANAGE_CHANNELS") && {
      kind: "item",
      label: "Create channel",
      icon: <Plus />,
      onSelect: () => open("channel"),
    },
    can("MANAGE_CHANNELS") && {
      kind: "item",
      label: "Create category",
      icon: <FolderPlus />,
      onSelect: () => open("category"),
    },
    can("MANAGE_SERVER") && {
      kind: "item",
      label: "Rename server",
      icon: <PencilLine />,
      onSelect: () => open("rename"),
    },
    { kind: "separator" },
    isOwner
      ? {
          kind: "item",
          label: "Delete server…",
          icon: <Trash2 />,
          isDanger: true,
          onSelect: () => open("delete"),
        }
      : {
          kind: "item",
          label: "Leave server…",
          icon: <LogOut />,
          isDanger: true,
          onSelect: () => open("leave"),
        },
  ];
  const shown = entries.filter((entry) => entry !== false);
  return shown[0]?.kind === "separator" ? shown.slice(1) : shown;
};

/** Leaves this server's screens; the list loses it now and not with the event, so that the way out does not lead back. */
const useGoAway = (server: Server) => {
  const utils = trpc.useUtils();
  const [, navigate] = useLocation();
  return (): void => {
    utils.servers.list.setData(undefined, (servers) => servers?.filter(({ id }) => id !== server.id));
    navigate("/", { replace: true });
  };
};

const LeaveDialog = ({ server, onClose }: { server: Server; onClose: () => void }) => {
  const leave = trpc.servers.leave.useMutation();
  const goAway = useGoAway(server);
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Leave ${server.name}?`}
      loss="You no longer see its channels, and come back only with an invite. What you wrote stays."
      confirmLabel="Leave server"
      getErrorText={errorText}
      onConfirm={async () => {
        await leave.mutateAsync({ serverId: server.id });
        goAway();
      }}
    />
  );
};

const DeleteDialog = ({ server, onClose }: { server: Server; onClose: () => void }) => {
  const remove = trpc.servers.delete.useMutation();
  const goAway = useGoAway(server);
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Delete ${server.name}?`}
      loss={
        <>
          <strong>{server.name}</strong>, all of its channels and every message in them are gone for everyone,
          for good.
        </>
      }
      confirmLabel="Delete server"
      typeToConfirm={server.name}
      getErrorText={errorText}
      onConfirm={async () => {
        await remove.mutateAsync({ serverId: server.id });
        goAway();
      }}
    />
  );
};

const OpenDialog = ({ open, server, onClose }: { open: Open; server: Server; onClose: () => void }) => {
  switch (open) {
    case "none":
      return null;
    case "invite":
      return <InviteDialog server={server} onClose={onClose} />;
    case "channel":
      return <ChannelDialog mode={{ kind: "create", serverId: server.id, type: "text" }} onClose={onClose} />;
    case "category":
      return (
        <ChannelDialog mode={{ kind: "create", serverId: server.id, type: "category" }} onClose={onClose} />
      );
    case "rename":
      return <RenameServerDialog server={server} onClose={onClose} />;
    case "leave":
      return <LeaveDialog server={server} onClose={onClose} />;
    case "delete":
      return <DeleteDialog server={server} onClose={onClose} />;
    default:
      return open satisfies never;
  }
};

/** The server's name over its channels, and what can be done with the server. */
export const ServerMenu = ({ server }: { server: Server }) => {
  const [open, setOpen] = useState<Open>("none");
  const rights = useRights(server.id);
  return (
    <>
      <DropdownMenu align="start" items={getItems(rights, setOpen)}>
        <button type="button" className={styles.trigger} aria-label={`${server.name}, server menu`}>
          <span className={styles.name}>{server.name}</span>
          <ChevronDown aria-hidden className={styles.chevron} />
        </button>
      </DropdownMenu>
      <OpenDialog open={open} server={server} onClose={() => setOpen("none")} />
    </>
  );
};
