import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode, SyntheticEvent } from "react";

import { cx } from "#client/lib/cx.ts";
import { useReturnFocus } from "#client/lib/use-return-focus.ts";

import styles from "./dialog.module.css";
import { IconButton } from "./icon-button.tsx";

export type DialogProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  /** Buttons, the main one last. They stay in view while the content scrolls. */
  footer?: ReactNode;
  /** Makes a form of it: Enter in a field and a footer button of type "submit" call this. The page is not left. */
  onSubmit?: () => void;
  /** Default: "medium". "full" takes the screen, and leaves the padding to what is in it. */
  size?: "small" | "medium" | "large" | "full";
};

const Content = ({ title, description, children, footer }: DialogProps) => {
  useReturnFocus();
  return (
    <>
      <header className={styles.header}>
        <Primitive.Title className={styles.title}>{title}</Primitive.Title>
        {description !== undefined && (
          <Primitive.Description className={styles.description}>{description}</Primitive.Description>
        )}
      </header>
      <div className={styles.body}>{children}</div>
      {footer !== undefined && <footer className={styles.footer}>{footer}</footer>}
      {/* The last, so that the focus starts in the content. */}
      <Primitive.Close asChild>
        <IconButton className={styles.close} label="Close" icon={<X />} tooltipSide="bottom" />
      </Primitive.Close>
    </>
  );
};

/** In the middle of a wide screen, a sheet of full height on a phone. */
export const Dialog = (props: DialogProps) => {
  const { isOpen, onOpenChange, size = "medium", onSubmit } = props;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    // A portal's events reach the form around the component, which must not be sent with this one.
    event.stopPropagation();
    onSubmit?.();
  };
  return (
    <Primitive.Root open={isOpen} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={styles.backdrop} />
        <Primitive.Content
          className={cx(styles.dialog, styles[size])}
          {...(props.description === undefined && { "aria-describedby": undefined })}
        >
          {onSubmit === undefined ? (
            <Content {...props} />
          ) : (
            <form className={styles.form} onSubmit={submit} noValidate>
              <Content {...props} />
            </form>
          )}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
};
