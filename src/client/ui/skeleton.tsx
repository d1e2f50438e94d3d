import styles from "./skeleton.module.css";
import { VisuallyHidden } from "./visually-hidden.tsx";

export type SkeletonProps = {
  /** Any CSS length. Default: "100%". */
  width?: string | number;
  /** Default: "0.8em", a line of text. */
  height?: string | number;
  /** Default: "text". */
  shape?: "text" | "round" | "block";
};

/** The place of something that is on its way. */
export const Skeleton = ({ width = "100%", height = "0.8em", shape = "text" }: SkeletonProps) => (
  <span className={`${styles.skeleton} ${styles[shape]}`} style={{ width, height }} aria-hidden />
);

const widths = ["72%", "46%", "88%", "60%", "35%", "78%"] as const;

/** Says once that a list is loading, and shows rows of a picture with one or two lines. */
export const SkeletonList = ({
  label,
  rows = 6,
  hasText = false,
}: {
  label: string;
  rows?: number;
  hasText?: boolean;
}) => (
  <div className={styles.list} aria-busy>
    <output>
      <VisuallyHidden>{label}</VisuallyHidden>
    </output>
    {Array.from({ length: rows }, (_, row) => (
      <div key={row} className={styles.row}>
        <Skeleton shape="round" width={hasText ? 40 : 32} height={hasText ? 40 : 32} />
        <div className={styles.lines}>
          <Skeleton width={hasText ? "28%" : (widths[row % widths.length] ?? "60%")} />
          {hasText && <Skeleton width={widths[row % widths.length] ?? "60%"} />}
        </div>
      </div>
    ))}
  </div>
);
