import { Laptop, Smartphone } from "lucide-react";
import { useState } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { Tag } from "#client/ui/badge.tsx";
import { Button } from "#client/ui/button.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { trpc } from "#sdk/react.ts";
import type { Session } from "#shared/contract/auth.ts";

import styles from "./settings.module.css";
import { describeDevice, isHandheld } from "./user-agent.ts";

const dateFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A session is no event's concern: the list is read again when it was changed here. */
const useEnd = () => {
  const utils = trpc.useUtils();
  return trpc.auth.revokeSession.useMutation({
    onSettled: () => utils.auth.sessions.invalidate(),
  });
};

const SessionRow = ({ session }: { session: Session }) => {
  const { mutate, isPending, error } = useEnd();
  const device = describeDevice(session.userAgent);
  const Icon = isHandheld(session.userAgent) ? Smartphone : Laptop;
  return (
    <li className={styles.session}>
      <Icon aria-hidden />
      <div className={styles.sessionWords}>
        <p className={styles.device}>
          {device} {session.isCurrent && <Tag>This device</Tag>}
        </p>
        <p className={styles.muted}>
          Signed in {dateFormat.format(new Date(session.createdAt))}
          {!session.isCurrent && ` · last used ${dateFormat.format(new Date(session.lastUsedAt))}`}
        </p>
        {error && <p className={styles.error}>{errorText(error)}</p>}
      </div>
      {!session.isCurrent && (
        <Button
          size="small"
          aria-label={`Sign out ${device}`}
          isPending={isPending}
          onClick={() => mutate({ sessionId: session.id })}
        >
          Sign out
        </Button>
      )}
    </li>
  );
};

const EndOthers = ({ others }: { others: readonly Session[] }) => {
  const [isAsking, setIsAsking] = useState(false);
  const end = useEnd();
  const endAll = async (): Promise<void> => {
    for (const { id } of others) await end.mutateAsync({ sessionId: id });
  };
  return (
    <div>
      <Button onClick={() => setIsAsking(true)}>Sign out all other devices</Button>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setIsAsking}
        title="Sign out all other devices?"
        loss={`${others.length === 1 ? "The other device" : `${others.length} other devices`} must sign in again. This one stays signed in.`}
        confirmLabel="Sign them out"
        onConfirm={endAll}
        getErrorText={errorText}
      />
    </div>
  );
};

export const SessionsSection = () => {
  const list = trpc.auth.sessions.useQuery(undefined, { staleTime: 0 });
  const { data: sessions, refetch, isFetching } = list;
  const trouble = findTrouble(list);
  if (!sessions) {
    return trouble !== null ? (
      <Failure
        title="Your devices can’t be shown"
        error={trouble}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    ) : (
      <SkeletonList label="Loading your devices" rows={3} />
    );
  }
  const shown = sessions.toSorted(
    (a, b) => Number(b.isCurrent) - Number(a.isCurrent) || b.lastUsedAt.localeCompare(a.lastUsedAt),
  );
  const others = sessions.filter(({ isCurrent }) => !isCurrent);
  return (
    <div className={styles.section}>
      <p className={styles.muted}>
        Where you are signed in. One you don’t know? Sign it out and change your password.
      </p>
      <ul className={styles.sessions}>
        {shown.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      {others.length > 0 && <EndOthers others={others} />}
    </div>
  );
};
