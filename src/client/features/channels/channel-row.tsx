import { Ellipsis } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "#client/ui/icon-button.tsx";
import { ContextMenu, DropdownMenu, type MenuEntry } from "#client/ui/menu.tsx";

import styles from "./channel-list.module.css";

export const Options = ({ name, items }: { name: string; items: readonly MenuEntry[] }) =>
  items.length > 0 && (
    <span className={styles.options}>
      <DropdownMenu items={items} align="start">
        <IconButton size="small" label={`Options for ${name}`} icon={<Ellipsis />} />
      </DropdownMenu>
    </span>
  );

/** A channel's line in the list; a right click on it offers what its button offers. */
export const Row = ({ items, children, ...data }: { items: readonly MenuEntry[]; children: ReactNode }) => {
  const row = (
    <li className={styles.row} {...data}>
      {children}
    </li>
  );
  return items.length === 0 ? row : <ContextMenu items={items}>{row}</ContextMenu>;
};
