import { House, Link2, Plus, RotateCw } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";

import { useServerUnread } from "#client/features/channels/use-unread.ts";
import { serverPath } from "#client/features/navigation/paths.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Badge } from "#client/ui/badge.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { ContextMenu, DropdownMenu } from "#client/ui/menu.tsx";
import { Skeleton } from "#client/ui/skeleton.tsx";
import { Tooltip } from "#client/ui/tooltip.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { trpc } from "#sdk/react.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ServerId } from "#shared/ids.ts";

import { CreateServerDialog } from "./create-server-dialog.tsx";
import { JoinServerDialog } from "./join-server-dialog.tsx";
import { useServerMenu } from "./server-menu.tsx";
import styles from "./server-rail.module.css";

const RailItem = ({ server, isActive }: { server: Server; isActive: boolean }) => {
  const { isUnread, mentionCount } = useServerUnread(server.id);
  const { items, dialogs } = useServerMenu(server);
  const state = isUnread ? "unread" : "read";
  return (
    <>
      <ContextMenu items={items}>
        <li className={styles.item} data-state={isActive ? "active" : state}>
          <Tooltip text={server.name} side="right">
            <Link
              href={serverPath(server.id)}
              className={styles.link}
              {...(isActive && { "aria-current": "page" })}
            >
              <Avatar id={server.id} name={server.name} imageUrl={server.iconUrl} size={48} shape="square" />
              <VisuallyHidden>{server.name}</VisuallyHidden>
              {mentionCount > 0 && (
                <span className={styles.badge}>
                  <Badge count={mentionCount} label={mentionCount === 1 ? "mention" : "mentions"} />
                </span>
              )}
              {isUnread && !isActive && mentionCount === 0 && <VisuallyHidden> (unread)</VisuallyHidden>}
            </Link>
          </Tooltip>
        </li>
      </ContextMenu>
      {dialogs}
    </>
  );
};

const Loading = () => (
  <>
    <VisuallyHidden>Loading your servers</VisuallyHidden>
    {[0, 1, 2].map((place) => (
      <Skeleton key={place} shape="block" width={48} height={48} />
    ))}
  </>
);

export type ServerDialog = "none" | "create" | "join";

/** The two ways to a server, as dialogs. */
export const ServerDialogs = ({ open, onClose }: { open: ServerDialog; onClose: () => void }) => (
  <>
    {open === "create" && <CreateServerDialog onClose={onClose} />}
    {open === "join" && <JoinServerDialog onClose={onClose} />}
  </>
);

const AddServer = () => {
  const [open, setOpen] = useState<ServerDialog>("none");
  return (
    <>
      <DropdownMenu
        side="right"
        align="start"
        items={[
          { kind: "item", label: "Create a server", icon: <House />, onSelect: () => setOpen("create") },
          { kind: "item", label: "Join with a link", icon: <Link2 />, onSelect: () => setOpen("join") },
        ]}
      >
        <IconButton label="Add a server" icon={<Plus />} tooltipSide="right" className={styles.add} />
      </DropdownMenu>
      <ServerDialogs open={open} onClose={() => setOpen("none")} />
    </>
  );
};

/** The servers of the one who is signed in, and the way to another. */
export const ServerRail = ({ activeId }: { activeId: ServerId | undefined }) => {
  const { data: servers, error, refetch } = trpc.servers.list.useQuery();
  return (
    <nav className={styles.rail} aria-label="Servers">
      <ul className={styles.list} aria-busy={!servers && !error}>
        {!servers && !error && <Loading />}
        {servers?.map((server) => (
          <RailItem key={server.id} server={server} isActive={server.id === activeId} />
        ))}
      </ul>
      {!servers && error && (
        <IconButton
          label={`Your servers can’t be shown. ${errorText(error)} Try again`}
          icon={<RotateCw />}
          variant="danger"
          tooltipSide="right"
          onClick={() => void refetch()}
        />
      )}
      <AddServer />
    </nav>
  );
};
