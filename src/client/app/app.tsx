import { lazy, Suspense } from "react";
import { Redirect, Route, Switch, useLocation, useSearch } from "wouter";

import { claimPath, readNext, resetPath, signInPath } from "#client/features/navigation/paths.ts";
import { SignInPage } from "#client/features/session/sign-in-page.tsx";
import { SignUpPage } from "#client/features/session/sign-up-page.tsx";
import { useSessionState } from "#client/features/session/together-context.tsx";

import { Splash } from "./splash.tsx";

const InvitePage = lazy(() =>
  import("#client/features/invites/invite-page.tsx").then((module) => ({ default: module.InvitePage })),
);
const ClaimPage = lazy(() =>
  import("#client/features/admin/claim-page.tsx").then((module) => ({ default: module.ClaimPage })),
);
const ResetPage = lazy(() =>
  import("#client/features/session/reset-page.tsx").then((module) => ({ default: module.ResetPage })),
);
const Shell = lazy(() => import("./shell.tsx").then((module) => ({ default: module.Shell })));

const inviteRoute = "/invite/:code";

/** Whoever is not signed in comes back to where they wanted to go. */
const ToSignIn = () => {
  const [path] = useLocation();
  const search = useSearch();
  return <Redirect to={signInPath(search === "" ? path : `${path}?${search}`)} replace />;
};

const ToNext = () => <Redirect to={readNext(useSearch()) ?? "/"} replace />;

const SignedOut = () => (
  <Switch>
    <Route path="/sign-in" component={SignInPage} />
    <Route path="/sign-up" component={SignUpPage} />
    <Route path={inviteRoute}>{({ code }) => <InvitePage code={code} isSignedIn={false} />}</Route>
    <Route path={claimPath}>
      <ClaimPage isSignedIn={false} />
    </Route>
    <Route path={resetPath}>
      <ResetPage isSignedIn={false} />
    </Route>
    <Route component={ToSignIn} />
  </Switch>
);

const SignedIn = () => (
  <Switch>
    <Route path="/sign-in" component={ToNext} />
    <Route path="/sign-up" component={ToNext} />
    <Route path={inviteRoute}>{({ code }) => <InvitePage code={code} isSignedIn />}</Route>
    <Route path={claimPath}>
      <ClaimPage isSignedIn />
    </Route>
    <Route path={resetPath}>
      <ResetPage isSignedIn />
    </Route>
    <Route component={Shell} />
  </Switch>
);

export const App = () => {
  const session = useSessionState();
  if (session.kind === "restoring") return <Splash failedAttempts={session.failedAttempts} />;
  return (
    <Suspense fallback={<Splash failedAttempts={0} />}>
      {session.kind === "signed-in" ? <SignedIn key={session.user.id} /> : <SignedOut />}
    </Suspense>
  );
};
