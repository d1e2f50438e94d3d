import { Hourglass } from "lucide-react";

import { cx } from "#client/lib/cx.ts";
import { formatCountdown, formatSpan } from "#client/lib/time.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";

import styles from "./slow-mode-line.module.css";
import type { SlowMode } from "./use-slow-mode.ts";

const getWords = ({ seconds, isExempt, leftSeconds, hurriedAtSeconds }: SlowMode): string => {
  const every = seconds === 1 ? "second" : formatSpan(seconds, { unitDisplay: "short" });
  if (isExempt) return `Slow mode: one message every ${every} · you are exempt`;
  if (leftSeconds === 0) return `Slow mode: one message every ${every}`;
  const wait = `you can write again in ${formatCountdown(leftSeconds)}`;
  return hurriedAtSeconds === undefined ? `Slow mode: ${wait}` : `Your text stays: ${wait}`;
};

/** Says that the channel is in slow mode, and how long one waits. */
export const SlowModeLine = ({ slowMode }: { slowMode: SlowMode }) => {
  const { seconds, hurriedAtSeconds } = slowMode;
  if (seconds === 0) return null;
  return (
    <>
      <p className={cx(styles.line, hurriedAtSeconds !== undefined && styles.hurried)}>
        <Hourglass aria-hidden />
        <span>{getWords(slowMode)}</span>
      </p>
      {/* Said once: nobody wants to hear a countdown. */}
      <output>
        <VisuallyHidden>
          {hurriedAtSeconds !== undefined &&
            `Not sent. Your text stays: you can write again in ${formatSpan(hurriedAtSeconds)}.`}
        </VisuallyHidden>
      </output>
    </>
  );
};
