import { ArrowDown, ArrowUp, CheckCheck, Link2, PencilLine, Plus, ShieldHalf, Trash2 } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";

import { channelPath } from "#client/features/navigation/paths.ts";
import { useRights } from "#client/features/servers/use-rights.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { copyText } from "#client/lib/clipboard.ts";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { joinGroups, type MenuEntry } from "#client/ui/menu.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { ServerId } from "#shared/ids.ts";

import type { ChannelDialogMode } from "./channel-draft.ts";
import { type Direction, moveChannel } from "./channel-tree.ts";

const ChannelDialog = lazy(() =>
  import("./channel-dialog.tsx").then((module) => ({ default: module.ChannelDialog })),
);
const PermissionsDialog = lazy(() =>
  import("./permissions/permissions-dialog.tsx").then((module) => ({ default: module.PermissionsDialog })),
);

type Open =
  | { kind: "none" }
  | { kind: "form"; mode: ChannelDialogMode }
  | { kind: "permissions"; channel: Channel }
  | { kind: "delete"; channel: Channel };

export interface ChannelActions {
  getItems: (channel: Channel, isUnread: boolean) => readonly MenuEntry[];
  canManage: boolean;
  open: (mode: ChannelDialogMode) => void;
  /** Put it beside the list. */
  dialogs: ReactNode;
}

const getLoss = ({ type, name }: Channel): ReactNode => {
  if (type === "category") return "Its channels stay and stand above the categories.";
  if (type === "voice") return "Whoever is in it is disconnected.";
  return (
    <>
      Every message in <strong>#{name}</strong> is gone for everyone, for good.
    </>
  );
};

const DeleteDialog = ({ channel, onClose }: { channel: Channel; onClose: () => void }) => {
  const remove = trpc.channels.delete.useMutation();
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Delete ${channel.type === "text" ? "#" : ""}${channel.name}?`}
      loss={getLoss(channel)}
      confirmLabel={channel.type === "category" ? "Delete category" : "Delete channel"}
      getErrorText={errorText}
      onConfirm={() => remove.mutateAsync({ channelId: channel.id }).then(() => undefined)}
    />
  );
};

const useMove = (serverId: ServerId, channels: readonly Channel[]) => {
  const reorder = trpc.channels.reorder.useMutation({ onError: (error) => toast.error(errorText(error)) });
  return (channel: Channel, direction: Direction): MenuEntry => {
    const order = moveChannel(channels, channel.id, direction);
    return {
      kind: "item",
      label: direction === "up" ? "Move up" : "Move down",
      icon: direction === "up" ? <ArrowUp /> : <ArrowDown />,
      isDisabled: order === undefined,
      onSelect: () => order && reorder.mutate({ serverId, order }),
    };
  };
};

const copyLink = async (serverId: ServerId, channel: Channel): Promise<void> => {
  const isCopied = await copyText(window.location.origin + channelPath(serverId, channel.id));
  if (isCopied) toast.success("The link is copied.");
  else toast.error("The link could not be copied.");
};

const useReaderItems = (serverId: ServerId) => {
  const ack = trpc.reads.ack.useMutation({ onError: (error) => toast.error(errorText(error)) });
  return (channel: Channel, isUnread: boolean): MenuEntry[] => {
    const { id: channelId, lastMessageId: messageId } = channel;
    if (channel.type !== "text") return [];
    return [
      {
        kind: "item",
        label: "Mark as read",
        icon: <CheckCheck />,
        isDisabled: !isUnread,
        onSelect: () => messageId !== null && ack.mutate({ channelId, messageId }),
      },
      { kind: "item", label: "Copy link", icon: <Link2 />, onSelect: () => void copyLink(serverId, channel) },
    ];
  };
};

/** What can be done with each channel of a server, for its button and its right click. */
export const useChannelActions = (serverId: ServerId, channels: readonly Channel[]): ChannelActions => {
  const [open, setOpen] = useState<Open>({ kind: "none" });
  const { can, canIn } = useRights(serverId);
  const canManage = can("MANAGE_CHANNELS");
  const getMoveItem = useMove(serverId, channels);
  const getReaderItems = useReaderItems(serverId);
  const edit = (mode: ChannelDialogMode) => () => setOpen({ kind: "form", mode });
  const getEditItems = (channel: Channel): MenuEntry[] => {
    const create: MenuEntry = {
      kind: "item",
      label: "Create channel here",
      icon: <Plus />,
      onSelect: edit({ kind: "create", serverId, type: "text", parentId: channel.id }),
    };
    const form: MenuEntry = {
      kind: "item",
      label: "Edit",
      icon: <PencilLine />,
      onSelect: edit({ kind: "edit", serverId, channel }),
    };
    const permissions: MenuEntry = {
      kind: "item",
      label: "Permissions",
      icon: <ShieldHalf />,
      onSelect: () => setOpen({ kind: "permissions", channel }),
    };
    return [
      ...(channel.type === "category" && canManage ? [create] : []),
      ...(canIn(channel, "MANAGE_CHANNELS") ? [form] : []),
      ...(canIn(channel, "MANAGE_ROLES") ? [permissions] : []),
    ];
  };
  const getMoveItems = (channel: Channel): MenuEntry[] =>
    canManage ? [getMoveItem(channel, "up"), getMoveItem(channel, "down")] : [];
  const getDeleteItems = (channel: Channel): MenuEntry[] => {
    const remove: MenuEntry = {
      kind: "item",
      label: "Delete…",
      icon: <Trash2 />,
      isDanger: true,
      onSelect: () => setOpen({ kind: "delete", channel }),
    };
    return canIn(channel, "MANAGE_CHANNELS") ? [remove] : [];
  };
  const getItems = (channel: Channel, isUnread: boolean): readonly MenuEntry[] =>
    joinGroups(
      getReaderItems(channel, isUnread),
      [...getEditItems(channel), ...getMoveItems(channel)],
      getDeleteItems(channel),
    );
  const close = (): void => setOpen({ kind: "none" });
  const dialogs = (
    <Suspense>
      {open.kind === "form" && <ChannelDialog mode={open.mode} onClose={close} />}
      {open.kind === "permissions" && (
        <PermissionsDialog serverId={serverId} channel={open.channel} onClose={close} />
      )}
      {open.kind === "delete" && <DeleteDialog channel={open.channel} onClose={close} />}
    </Suspense>
  );
  return { getItems, canManage, open: (mode) => setOpen({ kind: "form", mode }), dialogs };
};
