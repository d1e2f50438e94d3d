import { Popover as Primitive } from "radix-ui";
import type { ReactNode } from "react";

import styles from "./popover.module.css";

export type PopoverProps = {
  /** The accessible name of what opens. */
  label: string;
  /** The button that opens it. */
  trigger: ReactNode;
  children: ReactNode;
  /** Leave both out and it opens and closes by itself. */
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  /** For one in a dialog whose content scrolls: a dialog takes the wheel from all that is not its own. Default: false. */
  isModal?: boolean;
  /** Default: "bottom". */
  side?: "top" | "right" | "bottom" | "left";
  /** Default: "center". */
  align?: "start" | "center" | "end";
};

export const Popover = ({
  label,
  trigger,
  children,
  side = "bottom",
  align = "center",
  isModal = false,
  ...props
}: PopoverProps) => (
  <Primitive.Root
    modal={isModal}
    {...(props.isOpen !== undefined && { open: props.isOpen })}
    {...(props.onOpenChange && { onOpenChange: props.onOpenChange })}
  >
    <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
    <Primitive.Portal>
      <Primitive.Content
        className={styles.popover}
        aria-label={label}
        side={side}
        align={align}
        sideOffset={6}
        collisionPadding={8}
      >
        {children}
      </Primitive.Content>
    </Primitive.Portal>
  </Primitive.Root>
);
