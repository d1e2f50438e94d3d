import type { ComponentProps, ReactNode } from "react";

import { Button } from "#client/ui/button.tsx";

import { AuthFailure } from "./auth-failure.tsx";
import styles from "./auth-layout.module.css";
import type { AuthForm as AuthFormState } from "./use-auth-form.ts";

type Props = {
  form: Pick<AuthFormState, "isSending" | "failure" | "waitSeconds">;
  /** What this form says of a refusal better than the catalogue does. */
  words?: ComponentProps<typeof AuthFailure>["words"];
  /** The fields say themselves what was refused. */
  isFailureShown?: boolean;
  submitLabel: string;
  onSubmit: () => void;
  children: ReactNode;
};

/** The fields of a form that signs in or up, why it was refused, and its button, which waits where the server asks for it. */
export const AuthForm = ({ form, words, isFailureShown = true, submitLabel, onSubmit, children }: Props) => {
  const { isSending, failure, waitSeconds } = form;
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {isFailureShown && (
        <AuthFailure failure={failure} waitSeconds={waitSeconds} {...(words && { words })} />
      )}
      {children}
      <Button
        variant="primary"
        size="large"
        type="submit"
        isWide
        isPending={isSending}
        disabled={waitSeconds > 0}
      >
        {waitSeconds > 0 ? `Try again in ${waitSeconds} s` : submitLabel}
      </Button>
    </form>
  );
};
