export const InvitePage = ({ code, isSignedIn }: { code: string; isSignedIn: boolean }) => (
  <p>
    {code} {String(isSignedIn)}
  </p>
);
