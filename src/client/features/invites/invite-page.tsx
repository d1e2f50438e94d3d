import { Hourglass, Link2Off, LogIn } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import { Redirect, useLocation } from "wouter";

import { invitePath, serverPath, signInPath, signUpPath } from "#client/features/navigation/paths.ts";
import { useTitle } from "#client/features/navigation/use-title.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { Logo } from "#client/features/session/logo.tsx";
import { useRegistration } from "#client/features/session/use-registration.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { Skeleton } from "#client/ui/skeleton.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { reasonOf } from "#sdk/index.ts";
import { trpc } from "#sdk/react.ts";
import type { InvitePreview } from "#shared/contract/invites.ts";

import styles from "./invite-page.module.css";
import { rememberJoin, takeJoin } from "./join-intent.ts";

const Frame = ({ children }: { children: ReactNode }) => (
  <main className={styles.page}>
    <div className={styles.card}>{children}</div>
    <p className={styles.brand}>
      <Logo size={24} />
      Together
    </p>
  </main>
);

const Loading = () => (
  <div className={styles.preview} aria-busy>
    <output>
      <VisuallyHidden>Loading the invite</VisuallyHidden>
    </output>
    <Skeleton shape="block" width={80} height={80} />
    <Skeleton width="70%" height={24} />
    <Skeleton width="45%" />
  </div>
);

const countText = (count: number): string => (count === 1 ? "1 member" : `${count.toLocaleString()} members`);

const Preview = ({ preview }: { preview: InvitePreview }) => (
  <div className={styles.preview}>
    <Avatar
      id={preview.server.id}
      name={preview.server.name}
      imageUrl={preview.server.iconUrl}
      size={80}
      shape="square"
    />
    <p className={styles.inviter}>
      <strong>{preview.inviter.displayName}</strong> invites you to
    </p>
    <h1 className={styles.name}>{preview.server.name}</h1>
    <p className={styles.count}>{countText(preview.server.memberCount)}</p>
  </div>
);

/** What a link that leads nowhere says. */
const Gone = ({
  error,
  onRetry,
  isRetrying,
}: {
  error: unknown;
  onRetry: () => void;
  isRetrying: boolean;
}) => {
  const [, navigate] = useLocation();
  const home = <Button onClick={() => navigate("/")}>Go to Together</Button>;
  switch (reasonOf(error).reason) {
    case "INVITE_EXPIRED":
      return (
        <EmptyState icon={<Hourglass />} title="This invite has run out" action={home}>
          It has expired, or as many people as it was for have joined. Ask for a new link.
        </EmptyState>
      );
    case "NOT_FOUND":
    case "INVALID_INPUT":
      return (
        <EmptyState icon={<Link2Off />} title="This invite leads nowhere" action={home}>
          Check that the link is whole, or ask whoever sent it for a new one.
        </EmptyState>
      );
    default:
      return (
        <Failure title="The invite can’t be shown" error={error} onRetry={onRetry} isRetrying={isRetrying} />
      );
  }
};

const SignedOutActions = ({ code }: { code: string }) => {
  const [, navigate] = useLocation();
  const go = (path: string): void => {
    rememberJoin(code);
    navigate(path);
  };
  const registration = useRegistration();
  const signIn = (): void => go(signInPath(invitePath(code)));
  if (registration === "loading") {
    return <Skeleton shape="block" height="var(--control-large)" />;
  }
  if (registration === "closed") {
    return (
      <div className={styles.actions}>
        <p className={styles.note}>Only people with an account can join: new ones aren’t taken here.</p>
        <Button variant="primary" size="large" isWide onClick={signIn}>
          Sign in to join
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.actions}>
      <Button variant="primary" size="large" isWide onClick={() => go(signUpPath(invitePath(code)))}>
        Sign up to join
      </Button>
      <Button size="large" isWide onClick={signIn}>
        Sign in
      </Button>
    </div>
  );
};

const JoinFailure = ({ error, serverName }: { error: unknown; serverName: string }) =>
  reasonOf(error).reason === "NOT_FOUND" ? (
    <Callout
      tone="danger"
      title={`You can’t join ${serverName}: the invite is gone, or you are banned there.`}
    />
  ) : (
    <Failure error={error} limitTitle="You have joined a lot of servers in a short time" />
  );

/** Joins when the button is pressed, or by itself when that was decided before signing in. */
const SignedInActions = ({ preview }: { preview: InvitePreview }) => {
  const { code, server } = preview;
  const [, navigate] = useLocation();
  const { mutate, isPending, isSuccess, error } = trpc.invites.accept.useMutation({
    onSuccess: ({ id }) => navigate(serverPath(id), { replace: true }),
  });
  const isAsked = useRef(false);
  useEffect(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    if (takeJoin(code)) mutate({ code });
  }, [code, mutate]);
  return (
    <div className={styles.actions}>
      {error && <JoinFailure error={error} serverName={server.name} />}
      <Button
        variant="primary"
        size="large"
        isWide
        icon={<LogIn />}
        isPending={isPending || isSuccess}
        onClick={() => mutate({ code })}
      >
        {`Join ${server.name}`}
      </Button>
      <Button variant="ghost" isWide onClick={() => navigate("/")}>
        Not now
      </Button>
    </div>
  );
};

const MemberOrJoin = ({ preview }: { preview: InvitePreview }) => {
  const { data: servers, isPending } = trpc.servers.list.useQuery();
  if (isPending) return <Loading />;
  if (servers?.some(({ id }) => id === preview.server.id) === true) {
    return <Redirect to={serverPath(preview.server.id)} replace />;
  }
  return (
    <>
      <Preview preview={preview} />
      <SignedInActions preview={preview} />
    </>
  );
};

/** Where an invite link leads: what it is for, and the way in, signed in or not. */
export const InvitePage = ({ code, isSignedIn }: { code: string; isSignedIn: boolean }) => {
  const preview = trpc.invites.preview.useQuery({ code }, { staleTime: 0 });
  const { data, isFetching, refetch } = preview;
  const trouble = findTrouble(preview);
  useTitle(data ? `Join ${data.server.name}` : "Invite");
  if (trouble !== null) {
    return (
      <Frame>
        <Gone error={trouble} onRetry={() => void refetch()} isRetrying={isFetching} />
      </Frame>
    );
  }
  if (!data) {
    return (
      <Frame>
        <Loading />
      </Frame>
    );
  }
  return (
    <Frame>
      {isSignedIn ? (
        <MemberOrJoin preview={data} />
      ) : (
        <>
          <Preview preview={data} />
          <SignedOutActions code={code} />
        </>
      )}
    </Frame>
  );
};
