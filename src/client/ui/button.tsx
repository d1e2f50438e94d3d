import type { ComponentProps, MouseEvent, ReactNode } from "react";

import { cx } from "#client/lib/cx.ts";

import styles from "./button.module.css";
import { Spinner } from "./spinner.tsx";

export type ButtonProps = ComponentProps<"button"> & {
  /** Default: "secondary". One primary button a screen. */
  variant?: "primary" | "secondary" | "ghost" | "danger";
  /** Default: "medium". */
  size?: "small" | "medium" | "large";
  /** Shows that the press is being worked on and ignores further ones; the focus stays. Default: false. */
  isPending?: boolean;
  icon?: ReactNode;
  /** Fills its line. Default: false. */
  isWide?: boolean;
};

const ignore = (event: MouseEvent): void => event.preventDefault();

export const Button = ({
  variant = "secondary",
  size = "medium",
  isPending = false,
  ...props
}: ButtonProps) => {
  const { icon, isWide = false, className, children, onClick, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      className={cx(styles.button, styles[variant], styles[size], isWide && styles.wide, className)}
      onClick={isPending ? ignore : onClick}
      {...(isPending && { "aria-disabled": true, "aria-busy": true })}
    >
      {isPending && (
        <span className={styles.pending}>
          <Spinner />
        </span>
      )}
      <span className={styles.content}>
        {icon}
        {children}
      </span>
    </button>
  );
};
