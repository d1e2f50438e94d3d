import type { ReactNode } from "react";
import { Link, useLocation, useSearch } from "wouter";

import { useInviteCode } from "#client/features/invites/invite-code-field.tsx";
import { invitePath, readInviteCode, readNext, signInPath } from "#client/features/navigation/paths.ts";
import { useTitle } from "#client/features/navigation/use-title.ts";
import { Button } from "#client/ui/button.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";

import styles from "./auth-layout.module.css";
import { AuthLayout } from "./auth-layout.tsx";
import { SignUpForm } from "./sign-up-form.tsx";
import { useRegistration } from "./use-registration.ts";

/** An invite is looked at first, and leads back here. */
const InviteForm = () => {
  const [, navigate] = useLocation();
  const { field, submit } = useInviteCode((code) => navigate(invitePath(code)));
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {field}
      <Button variant="primary" size="large" type="submit" isWide>
        Go on
      </Button>
    </form>
  );
};

type View = { title: string; lead?: string; content: ReactNode };

const getView = (registration: ReturnType<typeof useRegistration>, inviteCode: string | undefined): View => {
  if (registration === "closed") {
    return {
      title: "No new accounts here",
      lead: "Whoever runs this Together has closed the sign-up. Ask an administrator if you should be let in.",
      content: null,
    };
  }
  if (registration === "invite" && inviteCode === undefined) {
    return {
      title: "You need an invite",
      lead: "Accounts are made by invite here. Ask somebody inside for a link, and paste it below.",
      content: <InviteForm />,
    };
  }
  if (registration === "loading") {
    return { title: "Make yourself at home", content: <SkeletonList label="Loading" rows={4} /> };
  }
  return {
    title: "Make yourself at home",
    ...(inviteCode !== undefined && { lead: "With an account you join by itself." }),
    content: <SignUpForm pass={inviteCode === undefined ? {} : { inviteCode }} />,
  };
};

export const SignUpPage = () => {
  const next = readNext(useSearch());
  const inviteCode = next?.startsWith("/invite/") === true ? readInviteCode(next) : undefined;
  const { title, lead, content } = getView(useRegistration(), inviteCode);
  useTitle("Create an account");
  return (
    <AuthLayout title={title} lead={lead}>
      {content}
      <p className={styles.other}>
        Have an account? <Link href={signInPath(next)}>Sign in</Link>
      </p>
    </AuthLayout>
  );
};
