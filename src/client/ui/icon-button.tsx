import type { ComponentProps, ReactNode } from "react";

import { cx } from "#client/lib/cx.ts";

import styles from "./icon-button.module.css";
import { Tooltip } from "./tooltip.tsx";

export type IconButtonProps = Omit<ComponentProps<"button">, "children"> & {
  /** The accessible name, and the tooltip. */
  label: string;
  icon: ReactNode;
  /** Default: "medium". */
  size?: "small" | "medium" | "large";
  /** Default: "ghost". "solid" has a ground of its own, "danger" warns. */
  variant?: "ghost" | "solid" | "danger";
  /** For a button that switches something: sets aria-pressed. Default: it switches nothing. */
  isPressed?: boolean;
  /** Adds to the tooltip, a <Kbd> for example. */
  hint?: ReactNode;
  /** Default: "top". */
  tooltipSide?: "top" | "right" | "bottom" | "left";
};

export const IconButton = ({
  label,
  icon,
  size = "medium",
  variant = "ghost",
  ...props
}: IconButtonProps) => {
  const { isPressed, hint, tooltipSide = "top", className, ...rest } = props;
  const text = (
    <span className={styles.tooltip}>
      {label}
      {hint}
    </span>
  );
  return (
    <Tooltip text={text} side={tooltipSide}>
      <button
        type="button"
        aria-label={label}
        {...(isPressed !== undefined && { "aria-pressed": isPressed })}
        {...rest}
        className={cx(styles.button, styles[size], styles[variant], className)}
      >
        {icon}
      </button>
    </Tooltip>
  );
};
