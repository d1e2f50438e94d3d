/** The sections of a server's settings, each loaded when it is opened. Whoever may not use one is not offered it. */
import { Ban, Hash, Link2, ScrollText, ShieldHalf, SlidersHorizontal, UsersRound } from "lucide-react";
import { lazy, type ComponentType, type ReactNode } from "react";

import type { Rights } from "#client/features/servers/rights.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ServerId } from "#shared/ids.ts";

export type SectionProps = {
  server: Server;
  serverId: ServerId;
  /** Closes the settings. */
  onClose: () => void;
};

export interface ServerSection {
  id: string;
  label: string;
  icon: ReactNode;
  isOffered: (rights: Rights) => boolean;
  Section: ComponentType<SectionProps>;
}

const OverviewSection = lazy(() =>
  import("./overview-section.tsx").then((module) => ({ default: module.OverviewSection })),
);
const RolesSection = lazy(() =>
  import("#client/features/roles/roles-section.tsx").then((module) => ({ default: module.RolesSection })),
);
const ChannelsSection = lazy(() =>
  import("#client/features/channels/channels-section.tsx").then((module) => ({
    default: module.ChannelsSection,
  })),
);
const MembersSection = lazy(() =>
  import("#client/features/members/members-section.tsx").then((module) => ({
    default: module.MembersSection,
  })),
);
const InvitesSection = lazy(() =>
  import("#client/features/invites/invites-section.tsx").then((module) => ({
    default: module.InvitesSection,
  })),
);
const BansSection = lazy(() =>
  import("#client/features/members/bans-section.tsx").then((module) => ({ default: module.BansSection })),
);
const AuditSection = lazy(() =>
  import("#client/features/audit/audit-section.tsx").then((module) => ({ default: module.AuditSection })),
);

const moderation = ["MANAGE_ROLES", "KICK_MEMBERS", "BAN_MEMBERS", "TIMEOUT_MEMBERS"] as const;

const sections: readonly ServerSection[] = [
  {
    id: "overview",
    label: "Overview",
    icon: <SlidersHorizontal />,
    isOffered: ({ isOwner, can }) => isOwner || can("MANAGE_SERVER"),
    Section: OverviewSection,
  },
  {
    id: "roles",
    label: "Roles",
    icon: <ShieldHalf />,
    isOffered: ({ can }) => can("MANAGE_ROLES"),
    Section: RolesSection,
  },
  {
    id: "channels",
    label: "Channels",
    icon: <Hash />,
    isOffered: ({ can }) => can("MANAGE_CHANNELS"),
    Section: ChannelsSection,
  },
  {
    id: "members",
    label: "Members",
    icon: <UsersRound />,
    isOffered: ({ can }) => moderation.some(can),
    Section: MembersSection,
  },
  {
    id: "invites",
    label: "Invites",
    icon: <Link2 />,
    isOffered: ({ can }) => can("MANAGE_SERVER"),
    Section: InvitesSection,
  },
  {
    id: "bans",
    label: "Bans",
    icon: <Ban />,
    isOffered: ({ can }) => can("BAN_MEMBERS"),
    Section: BansSection,
  },
  {
    id: "audit",
    label: "Audit log",
    icon: <ScrollText />,
    isOffered: ({ can }) => can("VIEW_AUDIT_LOG"),
    Section: AuditSection,
  },
];

/** Those that somebody with these rights may use. */
export const listServerSections = (rights: Rights): readonly ServerSection[] =>
  sections.filter(({ isOffered }) => isOffered(rights));
