/** What the server's menu opens. What few people open is loaded when they do. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";

import { InviteDialog } from "#client/features/invites/invite-dialog.tsx";
import { ownMemberQuery } from "#sdk/query-cache/index.ts";
import type { Server } from "#shared/contract/servers.ts";

import { DeleteDialog, LeaveDialog } from "./parting-dialogs.tsx";

const ChannelDialog = lazy(() =>
  import("#client/features/channels/channel-dialog.tsx").then((module) => ({
    default: module.ChannelDialog,
  })),
);
const ServerSettingsDialog = lazy(() =>
  import("#client/features/server-settings/server-settings-dialog.tsx").then((module) => ({
    default: module.ServerSettingsDialog,
  })),
);
const NicknameDialog = lazy(() =>
  import("#client/features/members/nickname-dialog.tsx").then((module) => ({
    default: module.NicknameDialog,
  })),
);
const TransferDialog = lazy(() =>
  import("./transfer-dialog.tsx").then((module) => ({ default: module.TransferDialog })),
);

export type OpenServerDialog =
  | "none"
  | "invite"
  | "channel"
  | "category"
  | "nickname"
  | "settings"
  | "transfer"
  | "leave"
  | "delete";

type DialogProps = { server: Server; onClose: () => void };

const OwnNicknameDialog = ({ server, onClose }: DialogProps) => {
  const { data: member } = useQuery(ownMemberQuery(server.id));
  return member && <NicknameDialog member={member} isOwn onClose={onClose} />;
};

type Props = {
  open: OpenServerDialog;
  server: Server;
  onChange: (open: OpenServerDialog) => void;
};

const OpenDialog = ({ open, server, onChange }: Props) => {
  const onClose = (): void => onChange("none");
  const props = { server, onClose };
  const create = (type: "text" | "category") => (
    <ChannelDialog mode={{ kind: "create", serverId: server.id, type }} onClose={onClose} />
  );
  switch (open) {
    case "none":
      return null;
    case "invite":
      return <InviteDialog {...props} />;
    case "channel":
      return create("text");
    case "category":
      return create("category");
    case "nickname":
      return <OwnNicknameDialog {...props} />;
    case "settings":
      return <ServerSettingsDialog {...props} />;
    case "transfer":
      return <TransferDialog {...props} />;
    case "leave":
      return <LeaveDialog {...props} />;
    case "delete":
      return <DeleteDialog {...props} />;
    default:
      return open satisfies never;
  }
};

export const ServerDialogs = (props: Props) => (
  <Suspense>
    <OpenDialog {...props} />
  </Suspense>
);
