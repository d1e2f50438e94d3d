import type { ComponentProps } from "react";

import { cx } from "#client/lib/cx.ts";

import styles from "./scroll-area.module.css";

export type ScrollAreaProps = ComponentProps<"section"> & {
  /** The accessible name: a scrolling place can be reached and moved with the keyboard. */
  label: string;
};

/** The browser's own scrolling, with a thin bar that does not shift the content. */
export const ScrollArea = ({ label, className, ...rest }: ScrollAreaProps) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it the keyboard cannot scroll
  <section {...rest} aria-label={label} tabIndex={0} className={cx(styles.area, className)} />
);
