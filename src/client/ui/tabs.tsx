import { Tabs as Primitive } from "radix-ui";
import type { ReactNode } from "react";

import styles from "./tabs.module.css";

export type TabsProps = {
  /** What the tabs divide, for screen readers. */
  label: string;
  tabs: readonly { id: string; label: string; icon?: ReactNode; content: ReactNode }[];
  /** Leave it out and the first is open. */
  activeId?: string;
  onActiveIdChange?: (id: string) => void;
};

export const Tabs = ({ label, tabs, activeId, onActiveIdChange }: TabsProps) => (
  <Primitive.Root
    className={styles.tabs}
    defaultValue={tabs[0]?.id ?? ""}
    {...(activeId !== undefined && { value: activeId })}
    {...(onActiveIdChange && { onValueChange: onActiveIdChange })}
  >
    <Primitive.List className={styles.list} aria-label={label}>
      {tabs.map((tab) => (
        <Primitive.Trigger key={tab.id} value={tab.id} className={styles.tab}>
          {tab.icon}
          {tab.label}
        </Primitive.Trigger>
      ))}
    </Primitive.List>
    {tabs.map((tab) => (
      <Primitive.Content key={tab.id} value={tab.id} className={styles.content}>
        {tab.content}
      </Primitive.Content>
    ))}
  </Primitive.Root>
);
