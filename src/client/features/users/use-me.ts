import { useSessionState } from "#client/features/session/together-context.tsx";
import { trpc } from "#sdk/react.ts";
import type { Me } from "#shared/contract/users.ts";

/** The one who is signed in, as the event stream keeps them; at first as they were when they signed in. */
export const useMe = (): Me => {
  const session = useSessionState();
  const { data } = trpc.users.me.useQuery(undefined, { enabled: false });
  if (session.kind !== "signed-in") throw new Error("useMe is for screens of somebody who is signed in");
  return data ?? session.user;
};
