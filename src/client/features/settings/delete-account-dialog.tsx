import { useState } from "react";
import { useLocation } from "wouter";

import { drafts } from "#client/features/messages/drafts.ts";
import { signInPath } from "#client/features/navigation/paths.ts";
import { AuthFailure } from "#client/features/session/auth-failure.tsx";
import { clearSignInNotice, leaveSignInNotice } from "#client/features/session/sign-in-notice.ts";
import { useTogether } from "#client/features/session/together-context.tsx";
import { useAuthForm } from "#client/features/session/use-auth-form.ts";
import { useMe } from "#client/features/users/use-me.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { TextField } from "#client/ui/text-field.tsx";

const words = {
  INVALID_INPUT: "That is not your password.",
  UNAUTHENTICATED: "That is not your password.",
  LAST_ADMIN:
    "You are the last administrator of this instance. Make somebody else one first, under Administration → Users.",
};

/** The session ends with the account, perhaps before the answer comes: what the sign-in page says is left beforehand. */
const useDeletion = () => {
  const { api, session } = useTogether();
  const [, navigate] = useLocation();
  return async (currentPassword: string): Promise<void> => {
    leaveSignInNotice("account-deleted");
    try {
      await api.auth.deleteAccount.mutate({ currentPassword });
    } catch (error) {
      clearSignInNotice();
      throw error;
    }
    drafts.clear();
    await session.logout();
    navigate(signInPath(), { replace: true });
  };
};

const useForm = () => {
  const me = useMe();
  const form = useAuthForm();
  const deleteAccount = useDeletion();
  const [password, setPassword] = useState("");
  const [typed, setTyped] = useState("");
  const [isTried, setIsTried] = useState(false);
  const faults = {
    password: isTried && password === "" ? "Enter your password." : undefined,
    typed: isTried && typed.trim() !== me.username ? `Type ${me.username} here.` : undefined,
  };
  const submit = (): void => {
    setIsTried(true);
    if (password !== "" && typed.trim() === me.username) form.send(() => deleteAccount(password));
  };
  return { me, form, password, setPassword, typed, setTyped, faults, submit };
};

/** Asks for what nobody types by chance. */
export const DeleteAccountDialog = ({ onClose }: { onClose: () => void }) => {
  const { me, form, password, setPassword, typed, setTyped, faults, submit } = useForm();
  const { failure, waitSeconds, isSending, touch } = form;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title="Delete your account?"
      description="You are signed out everywhere at once, and can never sign in with it again."
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" type="submit" isPending={isSending} disabled={waitSeconds > 0}>
            {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : "Delete my account"}
          </Button>
        </>
      }
    >
      <AuthFailure failure={failure} waitSeconds={waitSeconds} words={words} />
      <TextField
        label="Your password"
        type="password"
        autoComplete="current-password"
        value={password}
        error={faults.password}
        onChange={(event) => {
          setPassword(event.target.value);
          touch();
        }}
      />
      <TextField
        label={`Type ${me.username} to go on`}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={typed}
        error={faults.typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </Dialog>
  );
};
