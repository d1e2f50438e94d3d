import type { ReactNode } from "react";

import styles from "./auth-layout.module.css";
import { Logo } from "./logo.tsx";

/** A glimpse of what is behind the door. Decoration. */
const Glimpse = () => (
  <div className={styles.glimpse} aria-hidden>
    <p className={styles.bubble} data-side="left">
      Is the kettle on?
    </p>
    <p className={styles.bubble} data-side="right">
      It is. Come on in.
    </p>
    <p className={styles.bubble} data-side="left">
      Two minutes, I’m bringing cake.
    </p>
  </div>
);

/** The screens before one is inside: a card with a form, and on a wide screen what it is for. */
export const AuthLayout = ({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) => (
  <div className={styles.page}>
    <section className={styles.side} aria-hidden>
      <Glimpse />
      <p className={styles.motto}>A place of your own to talk.</p>
    </section>
    <main className={styles.main}>
      <div className={styles.card}>
        <p className={styles.brand}>
          <Logo size={36} />
          Together
        </p>
        <div className={styles.heading}>
          <h1 className={styles.title}>{title}</h1>
          {lead !== undefined && <p className={styles.lead}>{lead}</p>}
        </div>
        {children}
      </div>
    </main>
  </div>
);
