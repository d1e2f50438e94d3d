import { useState } from "react";
import { Link, useLocation } from "wouter";

import { signInPath } from "#client/features/navigation/paths.ts";
import { useTitle } from "#client/features/navigation/use-title.ts";
import { useInitialFocus } from "#client/lib/use-initial-focus.ts";
import { Callout } from "#client/ui/callout.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { toast } from "#client/ui/toaster.tsx";

import { findPasswordFault, passwordHint } from "./account-rules.ts";
import { AuthForm } from "./auth-form.tsx";
import styles from "./auth-layout.module.css";
import { AuthLayout } from "./auth-layout.tsx";
import { useLinkToken } from "./link-token.ts";
import { leaveSignInNotice } from "./sign-in-notice.ts";
import { useTogether } from "./together-context.tsx";
import { useAuthForm } from "./use-auth-form.ts";

const words = {
  LINK_EXPIRED: "This link was used already, or is too old. Ask an administrator for a new one.",
  INVALID_INPUT: "This password isn’t accepted. Try another.",
};

/** Whoever is signed in here, as this account or another, stays where they are: the server ends what has to end. */
const useReset = (token: string, isSignedIn: boolean) => {
  const { api } = useTogether();
  const [, navigate] = useLocation();
  const form = useAuthForm();
  const [password, setPassword] = useState("");
  const [isTried, setIsTried] = useState(false);
  const fault = findPasswordFault(password);
  const reset = async (): Promise<void> => {
    await api.auth.resetPassword.mutate({ token, newPassword: password });
    if (isSignedIn) toast.success("The new password is set.");
    else leaveSignInNotice("password-set");
    navigate(signInPath(), { replace: true });
  };
  const submit = (): void => {
    setIsTried(true);
    if (fault === undefined) form.send(reset);
  };
  const change = (typed: string): void => {
    setPassword(typed);
    form.touch();
  };
  return { form, password, change, submit, fault: isTried ? fault : undefined };
};

const ResetForm = ({ token, isSignedIn }: { token: string; isSignedIn: boolean }) => {
  const { form, password, change, submit, fault } = useReset(token, isSignedIn);
  return (
    <AuthForm form={form} words={words} submitLabel="Set the new password" onSubmit={submit}>
      <TextField
        label="New password"
        name="password"
        type="password"
        autoComplete="new-password"
        ref={useInitialFocus<HTMLInputElement>()}
        hint={`${passwordHint}. The eye shows what you typed.`}
        error={fault}
        value={password}
        onChange={(event) => change(event.target.value)}
      />
    </AuthForm>
  );
};

/** Where a link for a forgotten password leads. */
export const ResetPage = ({ isSignedIn }: { isSignedIn: boolean }) => {
  const token = useLinkToken("reset");
  useTitle("Choose a new password");
  return (
    <AuthLayout
      title="Choose a new password"
      lead="It counts at once, and every device that is signed in now has to sign in again."
    >
      {token === undefined ? (
        <Callout tone="warning" title="This link isn’t whole">
          Open it again as you were given it, with everything behind the #.
        </Callout>
      ) : (
        // Another link in the same page is another form.
        <ResetForm key={token} token={token} isSignedIn={isSignedIn} />
      )}
      <p className={styles.other}>
        {isSignedIn ? (
          <Link href="/">Go to your servers</Link>
        ) : (
          <>
            You know it again? <Link href={signInPath()}>Sign in</Link>
          </>
        )}
      </p>
    </AuthLayout>
  );
};
