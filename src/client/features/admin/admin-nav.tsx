import { Gauge, House, ScrollText, Users } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";

import { type AdminSection, adminPath, adminSections } from "#client/features/navigation/paths.ts";

import styles from "./admin-nav.module.css";

export const sectionWords: Readonly<Record<AdminSection, { label: string; icon: ReactNode }>> = {
  overview: { label: "Overview", icon: <Gauge aria-hidden /> },
  users: { label: "Users", icon: <Users aria-hidden /> },
  servers: { label: "Servers", icon: <House aria-hidden /> },
  log: { label: "Log", icon: <ScrollText aria-hidden /> },
};

type Props = { active: AdminSection; onOpen: () => void };

/** The column beside the rail while the instance is governed. */
export const AdminNav = ({ active, onOpen }: Props) => (
  <nav className={styles.column} aria-label="Administration">
    <header className={styles.header}>Administration</header>
    <ul className={styles.list}>
      {adminSections.map((section) => (
        <li key={section}>
          <Link
            href={adminPath(section)}
            className={styles.link}
            onClick={onOpen}
            {...(section === active && { "aria-current": "page" })}
          >
            {sectionWords[section].icon}
            {sectionWords[section].label}
          </Link>
        </li>
      ))}
    </ul>
  </nav>
);
