import { cx } from "#client/lib/cx.ts";

import styles from "./badge.module.css";
import { VisuallyHidden } from "./visually-hidden.tsx";

export type BadgeProps = {
  count: number;
  /** What is counted, for screen readers: "mentions". */
  label: string;
  /** Default: "mention". */
  tone?: "mention" | "neutral";
};

/** A count that wants attention; nothing at 0, "99+" above 99. */
export const Badge = ({ count, label, tone = "mention" }: BadgeProps) =>
  count > 0 && (
    <span className={cx(styles.badge, styles[tone])}>
      {count > 99 ? "99+" : count}
      <VisuallyHidden>{` ${label}`}</VisuallyHidden>
    </span>
  );

/** Something new without a number. */
export const UnreadDot = ({ label = "Unread" }: { label?: string }) => (
  <span className={styles.dot}>
    <VisuallyHidden>{label}</VisuallyHidden>
  </span>
);

export type TagProps = {
  children: string;
  /** Default: "accent". */
  tone?: "accent" | "danger";
};

/** A small word beside a name: "Bot", "Owner". */
export const Tag = ({ children, tone = "accent" }: TagProps) => (
  <span className={cx(styles.tag, tone === "danger" && styles.danger)}>{children}</span>
);
