import { useEffect, useState } from "react";
import { Link, useSearch } from "wouter";

import { claimPath, readNext, signUpPath } from "#client/features/navigation/paths.ts";
import { useTitle } from "#client/features/navigation/use-title.ts";
import { useInitialFocus } from "#client/lib/use-initial-focus.ts";
import { Callout } from "#client/ui/callout.tsx";
import { TextField } from "#client/ui/text-field.tsx";

import { AuthForm } from "./auth-form.tsx";
import styles from "./auth-layout.module.css";
import { AuthLayout } from "./auth-layout.tsx";
import { clearSignInNotice, signInNotice } from "./sign-in-notice.ts";
import { useReadable, useSessionState, useTogether } from "./together-context.tsx";
import { useAuthForm } from "./use-auth-form.ts";
import { useRegistration } from "./use-registration.ts";

const words = {
  UNAUTHENTICATED: "That username and password don’t belong together.",
  INVALID_INPUT: "That username and password don’t belong together.",
};

const SignInForm = () => {
  const { session } = useTogether();
  const form = useAuthForm();
  const { send, touch } = form;
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [isTried, setIsTried] = useState(false);
  const submit = (): void => {
    setIsTried(true);
    if (username.trim() !== "" && password !== "") send(() => session.login({ username, password }));
  };
  const first = useInitialFocus<HTMLInputElement>();
  return (
    <AuthForm form={form} words={words} submitLabel="Sign in" onSubmit={submit}>
      <TextField
        label="Username"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        ref={first}
        value={username}
        error={isTried && username.trim() === "" ? "Enter your username or email address." : undefined}
        onChange={(event) => {
          setUsername(event.target.value);
          touch();
        }}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        value={password}
        error={isTried && password === "" ? "Enter your password." : undefined}
        onChange={(event) => {
          setPassword(event.target.value);
          touch();
        }}
      />
    </AuthForm>
  );
};

/** Why one stands here: by what one did oneself, or since the session has ended. */
const Notice = () => {
  const session = useSessionState();
  const notice = useReadable(signInNotice);
  useEffect(() => clearSignInNotice, []);
  if (notice === "password-set") {
    return (
      <Callout tone="success" title="Your new password is set">
        Every device was signed out. Sign in with the new one.
      </Callout>
    );
  }
  if (notice === "account-deleted") {
    return (
      <Callout tone="success" title="Your account is deleted">
        What you wrote stays, without your name. Take care!
      </Callout>
    );
  }
  if (session.kind !== "signed-out" || session.cause !== "ended") return null;
  return (
    <Callout tone="info" title="You have been signed out">
      This session has ended. Sign in again to go on where you were.
    </Callout>
  );
};

const NewHere = ({ next }: { next: string | undefined }) => {
  const registration = useRegistration();
  if (registration === "closed" || registration === "loading") return null;
  return (
    <p className={styles.other}>
      New here? <Link href={signUpPath(next)}>Create an account</Link>
    </p>
  );
};

const getLead = (next: string | undefined): string | undefined => {
  if (next?.startsWith("/invite/") === true) return "Sign in, and you go on to your invite.";
  return next === claimPath ? "Sign in, and you go on to become the administrator." : undefined;
};

export const SignInPage = () => {
  const next = readNext(useSearch());
  useTitle("Sign in");
  return (
    <AuthLayout title="Welcome back" lead={getLead(next)}>
      <Notice />
      <SignInForm />
      {next === claimPath ? (
        <p className={styles.other}>
          No account yet? <Link href={claimPath}>Make one</Link>
        </p>
      ) : (
        <NewHere next={next} />
      )}
    </AuthLayout>
  );
};
