import type { ComponentProps, ReactNode } from "react";

import styles from "./item-list.module.css";

/** Things of one kind below one another, each with what can be done with it; for dialogs. */
export const ItemList = ({ label, children }: { label: string; children: ReactNode }) => (
  <ul className={styles.list} aria-label={label}>
    {children}
  </ul>
);

export type ListItemProps = Omit<ComponentProps<"li">, "title" | "className" | "children"> & {
  /** An icon or an Avatar. */
  picture?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  /** Why what was tried did not work. */
  error?: string | undefined;
  /** Small buttons. */
  actions?: ReactNode;
};

export const ListItem = ({ picture, title, children, error, actions, ...rest }: ListItemProps) => (
  <li {...rest} className={styles.item}>
    {picture}
    <div className={styles.words}>
      <p className={styles.title}>{title}</p>
      {children !== undefined && <div className={styles.text}>{children}</div>}
      {error !== undefined && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
    {actions !== undefined && <div className={styles.actions}>{actions}</div>}
  </li>
);
