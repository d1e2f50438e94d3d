import { useState } from "react";

import { findPasswordFault, passwordHint } from "#client/features/session/account-rules.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { useMe } from "#client/features/users/use-me.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { reasonOf } from "#sdk/index.ts";
import { trpc } from "#sdk/react.ts";

import { DeletionPart } from "./deletion-part.tsx";
import styles from "./settings.module.css";

/** Here a refused password is a wrong one, and not an ended session. */
const changeText = (error: unknown): string => {
  const { reason } = reasonOf(error);
  return reason === "UNAUTHENTICATED" || reason === "INVALID_INPUT"
    ? "That is not your current password."
    : errorText(error);
};

const useChange = () => {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [isTried, setIsTried] = useState(false);
  const change = trpc.auth.changePassword.useMutation({
    onSuccess: () => {
      setCurrent("");
      setNext("");
      setIsTried(false);
    },
  });
  const fault = findPasswordFault(next);
  const submit = (): void => {
    setIsTried(true);
    if (current === "" || fault !== undefined || change.isPending) return;
    change.mutate({ currentPassword: current, newPassword: next });
  };
  const shown = {
    current: isTried && current === "" ? "Enter the password you have now." : undefined,
    next: isTried ? fault : undefined,
  };
  return { current, setCurrent, next, setNext, shown, submit, change };
};

const PasswordForm = () => {
  const me = useMe();
  const { current, setCurrent, next, setNext, shown, submit, change } = useChange();
  return (
    <form
      className={styles.section}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h3 className={styles.heading}>Password</h3>
      <p className={styles.muted}>
        You sign in as <strong>{me.username}</strong>. Changing the password ends every other session.
      </p>
      {change.isSuccess && <Callout tone="success" title="Your password is changed." />}
      {change.error && <Callout tone="danger" title={changeText(change.error)} />}
      {/* For password managers, which would not know whose password this is. */}
      <input type="text" name="username" autoComplete="username" value={me.username} readOnly hidden />
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        value={current}
        error={shown.current}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        hint={passwordHint}
        value={next}
        error={shown.next}
        onChange={(event) => setNext(event.target.value)}
      />
      <div>
        <Button variant="primary" type="submit" isPending={change.isPending}>
          Change password
        </Button>
      </div>
    </form>
  );
};

/** What one signs in with, and the way out. */
export const AccountSection = () => (
  <div className={styles.parts}>
    <PasswordForm />
    <DeletionPart />
  </div>
);
