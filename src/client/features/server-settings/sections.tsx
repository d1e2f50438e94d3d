/** The sections of a server's settings, each loaded when it is opened. Whoever may not use one is not offered it. */
import { Hash, ShieldHalf, SlidersHorizontal } from "lucide-react";
import { lazy, type ComponentType, type ReactNode } from "react";

import type { Rights } from "#client/features/servers/rights.ts";
import type { Server } from "#shared/contract/servers.ts";

export type SectionProps = { server: Server; /** Closes the settings. */ onClose: () => void };

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
];

/** Those that somebody with these rights may use. */
export const listServerSections = (rights: Rights): readonly ServerSection[] =>
  sections.filter(({ isOffered }) => isOffered(rights));
