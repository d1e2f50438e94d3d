/** What the instance's administrators see and do. Loaded when it is opened. */
import { ArrowLeft } from "lucide-react";

import { useMentionCount } from "#client/features/channels/use-unread.ts";
import type { AdminSection } from "#client/features/navigation/paths.ts";
import { useTitle } from "#client/features/navigation/use-title.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { ScrollArea } from "#client/ui/scroll-area.tsx";

import { sectionWords } from "./admin-nav.tsx";
import styles from "./admin.module.css";
import { LogSection } from "./log-section.tsx";
import { OverviewSection } from "./overview-section.tsx";
import { ServersSection } from "./servers-section.tsx";
import { UsersSection } from "./users-section.tsx";

const sections = {
  overview: OverviewSection,
  users: UsersSection,
  servers: ServersSection,
  log: LogSection,
} as const;

type Props = {
  section: AdminSection;
  /** On a phone: back to the list of sections. */
  onBack: () => void;
};

export const AdminPage = ({ section, onBack }: Props) => {
  const { label, icon } = sectionWords[section];
  const Section = sections[section];
  useTitle([label, "Administration"], useMentionCount());
  return (
    <>
      <header className={styles.header}>
        <div className={styles.back}>
          <IconButton
            label="Back to administration"
            icon={<ArrowLeft />}
            tooltipSide="bottom"
            onClick={onBack}
          />
        </div>
        <h2 className={styles.title}>
          {icon}
          {label}
        </h2>
      </header>
      <ScrollArea key={section} label={label} className={styles.area}>
        <div className={styles.content}>
          <Section />
        </div>
      </ScrollArea>
    </>
  );
};
