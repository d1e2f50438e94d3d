import { useState } from "react";
import { Link, Redirect, useLocation } from "wouter";

import { adminPath, adminWelcomePath, claimPath, signInPath } from "#client/features/navigation/paths.ts";
import { useTitle } from "#client/features/navigation/use-title.ts";
import { AuthFailure } from "#client/features/session/auth-failure.tsx";
import styles from "#client/features/session/auth-layout.module.css";
import { AuthLayout } from "#client/features/session/auth-layout.tsx";
import { useLinkToken } from "#client/features/session/link-token.ts";
import { SignUpForm } from "#client/features/session/sign-up-form.tsx";
import { useTogether } from "#client/features/session/together-context.tsx";
import { useAuthForm } from "#client/features/session/use-auth-form.ts";
import { useMe } from "#client/features/users/use-me.ts";
import { useSignOut } from "#client/features/users/use-sign-out.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { trpc } from "#sdk/react.ts";

const words = {
  LINK_EXPIRED:
    "This link was used already, or is from an earlier start. The server prints a new one at each start until there is an administrator.",
};

const BrokenLink = () => (
  <Callout tone="warning" title="This link isn’t whole">
    Open it again as the server printed it, with everything behind the #.
  </Callout>
);

const SignedOut = ({ token }: { token: string }) => (
  <>
    <SignUpForm key={token} pass={{ claimToken: token }} words={words} />
    <p className={styles.other}>
      You have an account here? <Link href={signInPath(claimPath)}>Sign in</Link>
    </p>
  </>
);

const useClaim = (token: string) => {
  const { api } = useTogether();
  const utils = trpc.useUtils();
  const form = useAuthForm();
  const claim = async (): Promise<void> => {
    const me = await api.instance.claim.mutate({ token });
    utils.users.me.setData(undefined, me);
  };
  return { ...form, claim: () => form.send(claim) };
};

const SignedIn = ({ token }: { token: string }) => {
  const me = useMe();
  const signOut = useSignOut();
  const [, navigate] = useLocation();
  const [isLeaving, setIsLeaving] = useState(false);
  const { claim, failure, waitSeconds, isSending } = useClaim(token);
  const change = async (): Promise<void> => {
    setIsLeaving(true);
    await signOut();
    setIsLeaving(false);
    navigate(claimPath, { replace: true });
  };
  return (
    <div className={styles.form}>
      <AuthFailure failure={failure} waitSeconds={waitSeconds} words={words} />
      <Button
        variant="primary"
        size="large"
        isWide
        isPending={isSending}
        disabled={waitSeconds > 0}
        onClick={claim}
      >
        {`Make ${me.displayName} the administrator`}
      </Button>
      <Button variant="ghost" isWide isPending={isLeaving} onClick={() => void change()}>
        Use another account
      </Button>
    </div>
  );
};

/** One who is the administrator has nothing more to do here. */
const SignedInContent = ({ token }: { token: string | undefined }) => {
  const { isAdmin } = useMe();
  if (isAdmin) return <Redirect to={token === undefined ? adminPath() : adminWelcomePath()} replace />;
  return token === undefined ? <BrokenLink /> : <SignedIn key={token} token={token} />;
};

const SignedOutContent = ({ token }: { token: string | undefined }) =>
  token === undefined ? <BrokenLink /> : <SignedOut token={token} />;

/** Where the link leads that a new instance prints. */
export const ClaimPage = ({ isSignedIn }: { isSignedIn: boolean }) => {
  const token = useLinkToken("claim");
  useTitle("Become the administrator");
  return (
    <AuthLayout
      title="Become this instance’s administrator"
      lead="The administrator says who may register, and governs every account and server here."
    >
      {isSignedIn ? <SignedInContent token={token} /> : <SignedOutContent token={token} />}
    </AuthLayout>
  );
};
