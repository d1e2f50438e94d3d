import { useLocation } from "wouter";

import { drafts } from "#client/features/messages/drafts.ts";
import { signInPath } from "#client/features/navigation/paths.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { useTogether } from "#client/features/session/together-context.tsx";
import { toast } from "#client/ui/toaster.tsx";

/** Ends this session and leaves nothing of it on the screen; says so when the server cannot be reached. */
export const useSignOut = (): (() => Promise<void>) => {
  const { session } = useTogether();
  const [, navigate] = useLocation();
  return async () => {
    try {
      await session.logout();
      drafts.clear();
      navigate(signInPath(), { replace: true });
    } catch (error) {
      toast.error(`You are still signed in. ${errorText(error)}`);
    }
  };
};
