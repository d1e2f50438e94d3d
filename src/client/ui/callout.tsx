import { CircleAlert, CircleCheck, Info, RotateCw, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { cx } from "#client/lib/cx.ts";

import { Button } from "./button.tsx";
import styles from "./callout.module.css";

export type CalloutProps = {
  /** Default: "info". A danger is announced at once. */
  tone?: "info" | "success" | "warning" | "danger";
  title: string;
  children?: ReactNode;
  /** Shows "Try again". */
  onRetry?: () => void;
  isRetrying?: boolean;
};

const icons = { info: Info, success: CircleCheck, warning: TriangleAlert, danger: CircleAlert } as const;

/** A note inside a screen: what happened, and what can be done. */
export const Callout = ({ tone = "info", title, children, onRetry, isRetrying = false }: CalloutProps) => {
  const Icon = icons[tone];
  return (
    <div className={cx(styles.callout, styles[tone])} role={tone === "danger" ? "alert" : "note"}>
      <Icon aria-hidden className={styles.icon} />
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {children !== undefined && <div className={styles.text}>{children}</div>}
      </div>
      {onRetry && (
        <Button size="small" icon={<RotateCw />} isPending={isRetrying} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
};
