/** What the server's menu opens. What few people open is loaded when they do. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";

import { InviteDialog } from "#client/features/invites/invite-dialog.tsx";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { ownMemberQuery } from "#sdk/query-cache/index.ts";
import type { Server } from "#shared/contract/servers.ts";

import { DeleteDialog, LeaveDialog } from "./parting-dialogs.tsx";

const sections = {
  members: lazy(() =>
    import("#client/features/members/members-section.tsx").then((module) => ({
      default: module.MembersSection,
    })),
  ),
  invites: lazy(() =>
    import("#client/features/invites/invites-section.tsx").then((module) => ({
      default: module.InvitesSection,
    })),
  ),
  bans: lazy(() =>
    import("#client/features/members/bans-section.tsx").then((module) => ({ default: module.BansSection })),
  ),
  audit: lazy(() =>
    import("#client/features/audit/audit-section.tsx").then((module) => ({ default: module.AuditSection })),
  ),
} as const;

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

type SectionId = keyof typeof sections;

export type OpenServerDialog =
  | "none"
  | "invite"
  | "channel"
  | "category"
  | "nickname"
  | "settings"
  | SectionId
  | "transfer"
  | "leave"
  | "delete";

type DialogProps = { server: Server; onClose: () => void };

const OwnNicknameDialog = ({ server, onClose }: DialogProps) => {
  const { data: member } = useQuery(ownMemberQuery(server.id));
  return member && <NicknameDialog member={member} isOwn onClose={onClose} />;
};

const sectionTitles: Record<SectionId, string> = {
  members: "Members of",
  invites: "Invites to",
  bans: "Bans in",
  audit: "Audit log of",
};

const SectionDialog = ({ section, server, onClose }: DialogProps & { section: SectionId }) => {
  const Section = sections[section];
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={`${sectionTitles[section]} ${server.name}`}
      size="large"
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <Suspense fallback={<SkeletonList label="Loading" rows={5} />}>
        <Section serverId={server.id} />
      </Suspense>
    </Dialog>
  );
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
    case "members":
    case "invites":
    case "bans":
    case "audit":
      return <SectionDialog {...props} section={open} />;
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
