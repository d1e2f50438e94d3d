import { Check, ChevronRight } from "lucide-react";
import { ContextMenu as Context, DropdownMenu as Dropdown } from "radix-ui";
import type { ReactNode } from "react";

import { cx } from "#client/lib/cx.ts";

import styles from "./menu.module.css";

/** One menu's content as data, so that a button's menu and a right click's are the same. */
export type MenuEntry =
  | {
      kind: "item";
      label: string;
      onSelect: () => void;
      icon?: ReactNode;
      /** Shown at the end, a <Kbd> for example. */
      shortcut?: ReactNode;
      isDanger?: boolean;
      isDisabled?: boolean;
    }
  | {
      kind: "checkbox";
      label: string;
      isChecked: boolean;
      onCheckedChange: (isChecked: boolean) => void;
      icon?: ReactNode;
    }
  | { kind: "submenu"; label: string; icon?: ReactNode; items: readonly MenuEntry[] }
  | { kind: "label"; text: string }
  | { kind: "separator" };

/** Groups of entries with a line between any two that have some. */
export const joinGroups = (...groups: readonly (readonly MenuEntry[])[]): readonly MenuEntry[] =>
  groups
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index === 0 ? group : [{ kind: "separator" as const }, ...group]));

/** The two primitives have the same parts under two names. */
type Parts = Pick<
  typeof Dropdown,
  | "Item"
  | "CheckboxItem"
  | "ItemIndicator"
  | "Label"
  | "Separator"
  | "Sub"
  | "SubTrigger"
  | "SubContent"
  | "Portal"
>;

const Words = ({ icon, label }: { icon?: ReactNode; label: string }) => (
  <>
    <span className={styles.icon}>{icon}</span>
    <span className={styles.words}>{label}</span>
  </>
);

const Submenu = ({ entry, parts }: { entry: MenuEntry & { kind: "submenu" }; parts: Parts }) => (
  <parts.Sub>
    <parts.SubTrigger className={styles.item}>
      <Words icon={entry.icon} label={entry.label} />
      <span className={styles.trailing}>
        <ChevronRight aria-hidden />
      </span>
    </parts.SubTrigger>
    <parts.Portal>
      <parts.SubContent className={styles.menu} sideOffset={6} collisionPadding={8}>
        <Entries items={entry.items} parts={parts} />
      </parts.SubContent>
    </parts.Portal>
  </parts.Sub>
);

const Entry = ({ entry, parts }: { entry: MenuEntry; parts: Parts }): ReactNode => {
  switch (entry.kind) {
    case "separator":
      return <parts.Separator className={styles.separator} />;
    case "label":
      return <parts.Label className={styles.label}>{entry.text}</parts.Label>;
    case "submenu":
      return <Submenu entry={entry} parts={parts} />;
    case "checkbox":
      return (
        <parts.CheckboxItem
          className={styles.item}
          checked={entry.isChecked}
          onCheckedChange={entry.onCheckedChange}
        >
          <Words icon={entry.icon} label={entry.label} />
          <parts.ItemIndicator className={styles.trailing}>
            <Check aria-hidden />
          </parts.ItemIndicator>
        </parts.CheckboxItem>
      );
    case "item":
      return (
        <parts.Item
          className={cx(styles.item, entry.isDanger === true && styles.danger)}
          disabled={entry.isDisabled === true}
          onSelect={entry.onSelect}
        >
          <Words icon={entry.icon} label={entry.label} />
          {entry.shortcut !== undefined && <span className={styles.trailing}>{entry.shortcut}</span>}
        </parts.Item>
      );
    default:
      return entry satisfies never;
  }
};

/** Focus that an item has moved elsewhere stays there; else it goes back to where it was. */
const keepMovedFocus = (event: Event): void => {
  const { activeElement } = document;
  const isInMenu = event.currentTarget instanceof Node && event.currentTarget.contains(activeElement);
  if (activeElement !== null && activeElement !== document.body && !isInMenu) event.preventDefault();
};

const getKey = (entry: MenuEntry, index: number): string =>
  entry.kind === "separator" || entry.kind === "label"
    ? `${entry.kind}-${index}`
    : `${entry.kind}-${entry.label}`;

const Entries = ({ items, parts }: { items: readonly MenuEntry[]; parts: Parts }) =>
  items.map((entry, index) => <Entry key={getKey(entry, index)} entry={entry} parts={parts} />);

export type DropdownMenuProps = {
  items: readonly MenuEntry[];
  /** The button that opens it: a Button or an IconButton. */
  children: ReactNode;
  /** Default: "end". */
  align?: "start" | "center" | "end";
  /** Default: "bottom". */
  side?: "top" | "right" | "bottom" | "left";
  onOpenChange?: (isOpen: boolean) => void;
};

export const DropdownMenu = ({
  items,
  children,
  align = "end",
  side = "bottom",
  onOpenChange,
}: DropdownMenuProps) => (
  <Dropdown.Root modal={false} {...(onOpenChange && { onOpenChange })}>
    <Dropdown.Trigger asChild>{children}</Dropdown.Trigger>
    <Dropdown.Portal>
      <Dropdown.Content
        className={styles.menu}
        align={align}
        side={side}
        sideOffset={6}
        collisionPadding={8}
        onCloseAutoFocus={keepMovedFocus}
      >
        <Entries items={items} parts={Dropdown} />
      </Dropdown.Content>
    </Dropdown.Portal>
  </Dropdown.Root>
);

export type ContextMenuProps = {
  items: readonly MenuEntry[];
  /** One element that takes a ref and props. A right click, a long press or Shift+F10 on it opens the menu. */
  children: ReactNode;
  onOpenChange?: (isOpen: boolean) => void;
};

/** A short way to what a visible button offers too: never the only way. */
export const ContextMenu = ({ items, children, onOpenChange }: ContextMenuProps) => (
  <Context.Root modal={false} {...(onOpenChange && { onOpenChange })}>
    <Context.Trigger asChild>{children}</Context.Trigger>
    <Context.Portal>
      <Context.Content className={styles.menu} collisionPadding={8} onCloseAutoFocus={keepMovedFocus}>
        <Entries items={items} parts={Context} />
      </Context.Content>
    </Context.Portal>
  </Context.Root>
);
