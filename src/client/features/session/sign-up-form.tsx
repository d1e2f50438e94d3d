import { useState, type ComponentProps } from "react";

import type { CallFailure } from "#sdk/index.ts";
import { limits } from "#shared/limits.ts";
import { useInitialFocus } from "#client/lib/use-initial-focus.ts";
import { TextField } from "#client/ui/text-field.tsx";

import {
  findDisplayNameFault,
  findPasswordFault,
  findUsernameFault,
  getIssueFields,
  passwordHint,
  usernameHint,
} from "./account-rules.ts";
import { AuthForm } from "./auth-form.tsx";
import { useTogether } from "./together-context.tsx";
import { useAuthForm } from "./use-auth-form.ts";

type Draft = { username: string; password: string; displayName: string };
type Faults = Partial<Record<keyof Draft, string | undefined>>;

const findFaults = (draft: Draft): Faults => ({
  username: findUsernameFault(draft.username),
  password: findPasswordFault(draft.password),
  displayName: findDisplayNameFault(draft.displayName),
});

/** What the server found wrong with single fields. */
const findRefusals = (failure: CallFailure | undefined): Faults => {
  if (failure?.reason === "ALREADY_EXISTS") return { username: "Somebody has that username already." };
  if (failure?.reason !== "INVALID_INPUT") return {};
  return Object.fromEntries(
    getIssueFields(failure.params.issues).map((field) => [field, "This isn’t accepted."]),
  );
};

const hasFault = (faults: Faults): boolean => Object.values(faults).some((fault) => fault !== undefined);

/** An empty password is told when the form is sent; a wrong character at once. */
const getShownFaults = (draft: Draft, isTried: boolean): Faults => {
  const faults = findFaults(draft);
  if (isTried) return faults;
  const isSpeltWrong = draft.username.length >= limits.username.minLength;
  return { username: isSpeltWrong ? faults.username : undefined, displayName: faults.displayName };
};

/** What lets one in besides the form, and nothing where everybody may come. */
export type Pass = { inviteCode?: string; claimToken?: string };

const useSignUp = (pass: Pass) => {
  const { session } = useTogether();
  const form = useAuthForm();
  const [draft, setDraft] = useState<Draft>({ username: "", password: "", displayName: "" });
  const [isTried, setIsTried] = useState(false);
  const refusals = findRefusals(form.failure);
  const submit = (): void => {
    setIsTried(true);
    if (hasFault(findFaults(draft))) return;
    const { username, password } = draft;
    const displayName = draft.displayName.trim();
    form.send(() =>
      session.register({
        username,
        password,
        ...(displayName !== "" && { displayName }),
        ...pass,
      }),
    );
  };
  const change = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
    form.touch();
  };
  return {
    draft,
    change,
    submit,
    form,
    faults: { ...getShownFaults(draft, isTried), ...refusals },
    refusals,
  };
};

type FieldsProps = Pick<ReturnType<typeof useSignUp>, "draft" | "change" | "faults">;

const UsernameField = ({ draft, change, faults }: FieldsProps) => (
  <TextField
    label="Username"
    name="username"
    autoComplete="username"
    autoCapitalize="none"
    spellCheck={false}
    ref={useInitialFocus<HTMLInputElement>()}
    limit={limits.username.maxLength}
    hint={usernameHint}
    error={faults.username}
    value={draft.username}
    onChange={(event) => change({ username: event.target.value.toLowerCase() })}
  />
);

const OtherFields = ({ draft, change, faults }: FieldsProps) => (
  <>
    <TextField
      label="Display name (optional)"
      name="displayName"
      autoComplete="nickname"
      limit={limits.displayName.maxLength}
      hint="What others call you. You can change it any time."
      error={faults.displayName}
      value={draft.displayName}
      onChange={(event) => change({ displayName: event.target.value })}
    />
    <TextField
      label="Password"
      name="password"
      type="password"
      autoComplete="new-password"
      hint={passwordHint}
      error={faults.password}
      value={draft.password}
      onChange={(event) => change({ password: event.target.value })}
    />
  </>
);

type Props = {
  pass: Pass;
  /** What this form says better than the catalogue does. */
  words?: ComponentProps<typeof AuthForm>["words"];
};

/** Makes an account and signs in to it. */
export const SignUpForm = ({ pass, words }: Props) => {
  const { submit, form, refusals, ...fields } = useSignUp(pass);
  return (
    <AuthForm
      form={form}
      words={words}
      isFailureShown={!hasFault(refusals)}
      submitLabel="Create account"
      onSubmit={submit}
    >
      <UsernameField {...fields} />
      <OtherFields {...fields} />
    </AuthForm>
  );
};
