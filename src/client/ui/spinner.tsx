import styles from "./spinner.module.css";

export type SpinnerProps = {
  /** What is awaited, for screen readers. Default: nothing, for a place that says it already. */
  label?: string;
  /** Default: "small", the height of text. */
  size?: "small" | "large";
};

export const Spinner = ({ label, size = "small" }: SpinnerProps) => (
  <span className={styles[size]}>
    <span className={styles.ring} aria-hidden />
    {label !== undefined && <output className={styles.label}>{label}</output>}
  </span>
);
