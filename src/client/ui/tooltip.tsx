import { Tooltip as Primitive } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";

import styles from "./tooltip.module.css";

/** Once around the app: the second tooltip of a row comes without delay. */
export const TooltipProvider = ({ children }: { children: ReactNode }) => (
  <Primitive.Provider delayDuration={350} skipDelayDuration={250}>
    {children}
  </Primitive.Provider>
);

export type TooltipProps = {
  /** Short words. They are no accessible name: give the child its own. */
  text: ReactNode;
  /** Default: "top". */
  side?: "top" | "right" | "bottom" | "left";
  /** One element that takes a ref and props. */
  children: ReactNode;
} & Omit<ComponentProps<typeof Primitive.Trigger>, "children" | "asChild">;

/** What it is given besides its own props goes on to the child, so that it can stand inside another trigger. */
export const Tooltip = ({ text, side = "top", children, ...rest }: TooltipProps) => (
  <Primitive.Root>
    <Primitive.Trigger asChild {...rest}>
      {children}
    </Primitive.Trigger>
    <Primitive.Portal>
      <Primitive.Content className={styles.tooltip} side={side} sideOffset={6} collisionPadding={8}>
        {text}
      </Primitive.Content>
    </Primitive.Portal>
  </Primitive.Root>
);
