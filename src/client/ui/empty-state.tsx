import type { ReactNode } from "react";

import styles from "./empty-state.module.css";

export type EmptyStateProps = {
  icon: ReactNode;
  title: string;
  /** What this place is for, and what to do first. */
  children?: ReactNode;
  /** One or two Buttons. */
  action?: ReactNode;
};

export const EmptyState = ({ icon, title, children, action }: EmptyStateProps) => (
  <div className={styles.empty}>
    <span className={styles.icon} aria-hidden>
      {icon}
    </span>
    <h2 className={styles.title}>{title}</h2>
    {children !== undefined && <div className={styles.text}>{children}</div>}
    {action !== undefined && <div className={styles.action}>{action}</div>}
  </div>
);
