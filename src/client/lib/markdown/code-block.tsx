import { Check, Copy } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";

import { copyText } from "../clipboard.ts";

import styles from "./markdown.module.css";

const copiedShownMs = 1_500;

const CopyButton = ({ text }: { text: string }) => {
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setIsCopied(false), copiedShownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async (): Promise<void> => setIsCopied(await copyText(text));
  return (
    <button type="button" className={styles.copy} onClick={() => void copy()}>
      {isCopied ? <Check aria-hidden /> : <Copy aria-hidden />}
      <span aria-live="polite">{isCopied ? "Copied" : "Copy"}</span>
    </button>
  );
};

export const CodeBlock = (props: { text: string; language: string | null; children: ReactNode }) => (
  <figure className={styles.codeBlock}>
    <figcaption className={styles.codeHead}>
      <span className={styles.language}>{props.language ?? "Text"}</span>
      <CopyButton text={props.text} />
    </figcaption>
    {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- without it the keyboard cannot scroll long lines */}
    <pre className={styles.code} tabIndex={0}>
      <code>{props.children}</code>
    </pre>
  </figure>
);
