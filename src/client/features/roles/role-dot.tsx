import styles from "./role-dot.module.css";

/** A role's colour beside its name; empty where it has none. */
export const RoleDot = ({ color }: { color: string | null }) => (
  <span className={styles.dot} aria-hidden style={color === null ? undefined : { background: color }} />
);
