import { ChevronDown, Crown, FolderPlus, LogOut, Plus, Settings, Tag, Trash2, UserPlus } from "lucide-react";
import { useState, type ReactNode } from "react";

import { listServerSections } from "#client/features/server-settings/sections.tsx";
import { DropdownMenu, joinGroups, type MenuEntry } from "#client/ui/menu.tsx";
import type { Server } from "#shared/contract/servers.ts";

import { type OpenServerDialog, ServerDialogs } from "./server-dialogs.tsx";
import styles from "./server-menu.module.css";
import type { Rights } from "./rights.ts";
import { useRights } from "./use-rights.ts";

type Offer = {
  dialog: Exclude<OpenServerDialog, "none">;
  label: string;
  icon: ReactNode;
  isOffered: boolean;
  isDanger?: boolean;
};

/** In groups, between which stands a line. */
const listOffers = ({ isOwner, can }: Rights, hasSettings: boolean): Offer[][] => [
  [
    { dialog: "invite", label: "Invite people", icon: <UserPlus />, isOffered: can("CREATE_INVITE") },
    { dialog: "channel", label: "Create channel", icon: <Plus />, isOffered: can("MANAGE_CHANNELS") },
    { dialog: "category", label: "Create category", icon: <FolderPlus />, isOffered: can("MANAGE_CHANNELS") },
  ],
  [
    { dialog: "nickname", label: "Edit nickname", icon: <Tag />, isOffered: true },
    { dialog: "settings", label: "Server settings", icon: <Settings />, isOffered: hasSettings },
  ],
  [
    { dialog: "transfer", label: "Transfer ownership…", icon: <Crown />, isOffered: isOwner },
    { dialog: "delete", label: "Delete server…", icon: <Trash2 />, isOffered: isOwner, isDanger: true },
    { dialog: "leave", label: "Leave server…", icon: <LogOut />, isOffered: !isOwner, isDanger: true },
  ],
];

const getItems = (rights: Rights, open: (dialog: OpenServerDialog) => void): readonly MenuEntry[] =>
  joinGroups(
    ...listOffers(rights, listServerSections(rights).length > 0).map((offers) =>
      offers
        .filter(({ isOffered }) => isOffered)
        .map(({ dialog, label, icon, isDanger = false }) => ({
          kind: "item" as const,
          label,
          icon,
          isDanger,
          onSelect: () => open(dialog),
        })),
    ),
  );

/** What can be done with the server, for its "…" and for the right click on it. */
export const useServerMenu = (server: Server): { items: readonly MenuEntry[]; dialogs: ReactNode } => {
  const [open, setOpen] = useState<OpenServerDialog>("none");
  const rights = useRights(server.id);
  return {
    items: getItems(rights, setOpen),
    dialogs: <ServerDialogs open={open} server={server} onChange={setOpen} />,
  };
};

/** The server's name over its channels, and what can be done with the server. */
export const ServerMenu = ({ server }: { server: Server }) => {
  const { items, dialogs } = useServerMenu(server);
  return (
    <>
      <DropdownMenu align="start" items={items}>
        <button type="button" className={styles.trigger} aria-label={`${server.name}, server menu`}>
          <span className={styles.name}>{server.name}</span>
          <ChevronDown aria-hidden className={styles.chevron} />
        </button>
      </DropdownMenu>
      {dialogs}
    </>
  );
};
