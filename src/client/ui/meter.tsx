import styles from "./meter.module.css";
import { VisuallyHidden } from "./visually-hidden.tsx";

export type MeterProps = {
  /** What is measured, for screen readers. */
  label: string;
  /** 0 to 1. */
  part: number;
  /** The same in words: "12 GB of 40 GB". */
  text: string;
  /** Default: "accent". */
  tone?: "accent" | "danger";
};

/** How much of something is taken. */
export const Meter = ({ label, part, text, tone = "accent" }: MeterProps) => {
  const percent = Math.round(Math.min(1, Math.max(0, part)) * 100);
  return (
    <div className={styles.meter}>
      <VisuallyHidden>
        <meter aria-label={label} aria-valuetext={text} min={0} max={100} value={percent} />
      </VisuallyHidden>
      <div className={styles.fill} data-tone={tone} style={{ width: `${percent}%` }} />
    </div>
  );
};
