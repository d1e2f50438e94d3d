import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

import { copyText } from "#client/lib/clipboard.ts";

import { Button } from "./button.tsx";
import styles from "./copy-field.module.css";
import { TextField } from "./text-field.tsx";

/** How long the button says that it has copied. */
const copiedShownMs = 2_000;

const CopyButton = ({ label, text }: { label: string; text: string | undefined }) => {
  const [state, setState] = useState<"ready" | "copied" | "failed">("ready");
  useEffect(() => {
    if (state === "ready") return undefined;
    const timer = setTimeout(() => setState("ready"), copiedShownMs);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => {
    if (text !== undefined) setState((await copyText(text)) ? "copied" : "failed");
  };
  const labels = { ready: label, copied: "Copied", failed: "Copy it by hand" } as const;
  return (
    <Button
      variant="primary"
      icon={state === "copied" ? <Check /> : <Copy />}
      disabled={text === undefined}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{labels[state]}</span>
    </Button>
  );
};

export type CopyFieldProps = {
  label: string;
  /** Undefined: it is not there yet. */
  text: string | undefined;
  /** The button's words: "Copy link". */
  copyLabel: string;
  placeholder?: string;
};

/** A text to be taken elsewhere, with the button that does it. */
export const CopyField = ({ label, text, copyLabel, placeholder = "" }: CopyFieldProps) => (
  <div className={styles.line}>
    <TextField
      label={label}
      readOnly
      value={text ?? ""}
      placeholder={placeholder}
      onFocus={(event) => event.target.select()}
    />
    <CopyButton label={copyLabel} text={text} />
  </div>
);
