import { AlertDialog as Primitive } from "radix-ui";
import { useState, type MouseEvent, type ReactNode } from "react";

import { cx } from "#client/lib/cx.ts";
import { useReturnFocus } from "#client/lib/use-return-focus.ts";

import { Button } from "./button.tsx";
import { Callout } from "./callout.tsx";
import styles from "./dialog.module.css";
import { TextField } from "./text-field.tsx";

export type ConfirmDialogProps = {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** The question: "Delete #plans?" */
  title: string;
  /** What is lost, in words: "Its 214 messages are gone for everyone." */
  loss: ReactNode;
  /** The verb: "Delete channel". Never "OK". */
  confirmLabel: string;
  /** The dialog stays open and pending until it is done, and closes then. */
  onConfirm: () => Promise<void> | void;
  /** What to say when onConfirm rejects. Default: "That did not work. Nothing was changed." */
  getErrorText?: (error: unknown) => string;
  /** This must be typed first, for what cannot come back. */
  typeToConfirm?: string;
  /** Default: "danger". */
  tone?: "danger" | "primary";
};

type State = { kind: "asking" } | { kind: "working" } | { kind: "failed"; text: string };

const useConfirm = ({ onConfirm, onOpenChange, getErrorText }: ConfirmDialogProps) => {
  const [state, setState] = useState<State>({ kind: "asking" });
  const confirm = async (): Promise<void> => {
    setState({ kind: "working" });
    try {
      await onConfirm();
      setState({ kind: "asking" });
      onOpenChange(false);
    } catch (error) {
      setState({ kind: "failed", text: getErrorText?.(error) ?? "That did not work. Nothing was changed." });
    }
  };
  return { state, confirm, reset: () => setState({ kind: "asking" }) };
};

const Body = (props: ConfirmDialogProps) => {
  const { title, loss, confirmLabel, typeToConfirm, tone = "danger" } = props;
  const { state, confirm } = useConfirm(props);
  const [typed, setTyped] = useState("");
  useReturnFocus();
  const canConfirm = typeToConfirm === undefined || typed.trim() === typeToConfirm;
  const press = (event: MouseEvent): void => {
    // Radix would close at once; it closes when the work is done.
    event.preventDefault();
    if (canConfirm) void confirm();
  };
  return (
    <>
      <div className={styles.confirmBody}>
        <Primitive.Title className={styles.title}>{title}</Primitive.Title>
        <Primitive.Description asChild>
          <div className={styles.confirmText}>{loss}</div>
        </Primitive.Description>
        {typeToConfirm !== undefined && (
          <TextField
            label={`Type ${typeToConfirm} to go on`}
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        {state.kind === "failed" && <Callout tone="danger" title={state.text} />}
      </div>
      <footer className={styles.footer}>
        <Primitive.Cancel asChild>
          <Button disabled={state.kind === "working"}>Cancel</Button>
        </Primitive.Cancel>
        <Button variant={tone} isPending={state.kind === "working"} disabled={!canConfirm} onClick={press}>
          {confirmLabel}
        </Button>
      </footer>
    </>
  );
};

/** Asks before something is lost, and says what. The focus starts on Cancel. */
export const ConfirmDialog = (props: ConfirmDialogProps) => (
  <Primitive.Root open={props.isOpen} onOpenChange={props.onOpenChange}>
    <Primitive.Portal>
      <Primitive.Overlay className={styles.backdrop} />
      <Primitive.Content className={cx(styles.dialog, styles.confirm)}>
        <Body {...props} />
      </Primitive.Content>
    </Primitive.Portal>
  </Primitive.Root>
);
