import { Logo } from "#client/features/session/logo.tsx";
import { Banner } from "#client/ui/banner.tsx";
import { Button } from "#client/ui/button.tsx";
import { Spinner } from "#client/ui/spinner.tsx";

import { useTryNow } from "./providers.tsx";
import styles from "./splash.module.css";

/** Before it is known who is here. A server that cannot be reached is told, and tried again without end. */
export const Splash = ({ failedAttempts }: { failedAttempts: number }) => {
  const tryNow = useTryNow();
  const isUnreachable = failedAttempts > 0;
  return (
    <div className={styles.splash}>
      {isUnreachable && (
        <Banner
          tone="offline"
          action={
            <Button size="small" onClick={tryNow}>
              Try now
            </Button>
          }
        >
          The server can’t be reached. Trying again by itself…
        </Banner>
      )}
      <main className={styles.middle}>
        <Logo size={56} />
        <Spinner label={isUnreachable ? "Waiting for the server" : "Loading Together"} />
      </main>
    </div>
  );
};
