import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

import { copyText } from "#client/lib/clipboard.ts";
import { Button } from "#client/ui/button.tsx";
import { TextField } from "#client/ui/text-field.tsx";

import styles from "./invite-dialog.module.css";

/** How long a button says that it has copied. */
const copiedShownMs = 2_000;

const CopyButton = ({ text }: { text: string | undefined }) => {
  const [state, setState] = useState<"ready" | "copied" | "failed">("ready");
  useEffect(() => {
    if (state === "ready") return undefined;
    const timer = setTimeout(() => setState("ready"), copiedShownMs);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => {
    if (text !== undefined) setState((await copyText(text)) ? "copied" : "failed");
  };
  const labels = { ready: "Copy link", copied: "Copied", failed: "Copy it by hand" } as const;
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

/** A link to hand on; undefined while it is being made. */
export const InviteLink = ({ link, isMaking }: { link: string | undefined; isMaking: boolean }) => (
  <div className={styles.link}>
    <TextField
      label="Invite link"
      readOnly
      value={link ?? ""}
      placeholder={isMaking ? "Making a link…" : ""}
      onFocus={(event) => event.target.select()}
    />
    <CopyButton text={link} />
  </div>
);
