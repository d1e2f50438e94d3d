import { ServerMenu } from "#client/features/servers/server-menu.tsx";
import { SwitcherButton } from "#client/features/switcher/switcher-button.tsx";
import type { Server } from "#shared/contract/servers.ts";
import type { ChannelId } from "#shared/ids.ts";

import { ChannelList } from "./channel-list.tsx";
import styles from "./channels-column.module.css";

type Props = { server: Server; activeId: ChannelId | undefined; onOpen: () => void };

/** The column beside the rail: the server's name with its menu, and its channels. */
export const ChannelsColumn = ({ server, activeId, onOpen }: Props) => (
  <nav className={styles.column} aria-label="Channels">
    <header className={styles.header}>
      <ServerMenu server={server} />
    </header>
    <SwitcherButton />
    <ChannelList serverId={server.id} activeId={activeId} onOpen={onOpen} />
  </nav>
);
