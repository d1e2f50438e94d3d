import { CloudOff, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { cx } from "#client/lib/cx.ts";

import styles from "./banner.module.css";

export type BannerProps = {
  /** Default: "info". */
  tone?: "info" | "offline" | "warning";
  children: ReactNode;
  /** A small Button. */
  action?: ReactNode;
};

const icons = { info: Info, offline: CloudOff, warning: TriangleAlert } as const;

/** A line over the whole app. It says itself politely when it appears. */
export const Banner = ({ tone = "info", children, action }: BannerProps) => {
  const Icon = icons[tone];
  return (
    <output className={cx(styles.banner, styles[tone])}>
      <Icon aria-hidden className={styles.icon} />
      <span>{children}</span>
      {action}
    </output>
  );
};
