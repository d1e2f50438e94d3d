import { X } from "lucide-react";

import { IconButton } from "#client/ui/icon-button.tsx";
import type { ServerId } from "#shared/ids.ts";

import { MemberList } from "./member-list.tsx";
import styles from "./members-column.module.css";
import { useMemberCount } from "./use-members.ts";

/** The column at the right: its head, and everyone of the server. */
export const MembersColumn = ({ serverId, onClose }: { serverId: ServerId; onClose: () => void }) => {
  const count = useMemberCount(serverId);
  return (
    <div className={styles.column}>
      <header className={styles.header}>
        <h2 className={styles.title}>
          Members {count !== undefined && <span className={styles.count}>{count.toLocaleString()}</span>}
        </h2>
        <IconButton label="Hide members" icon={<X />} tooltipSide="bottom" onClick={onClose} />
      </header>
      <MemberList serverId={serverId} />
    </div>
  );
};
