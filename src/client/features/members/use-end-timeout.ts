import { useCallback } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";

import { getMemberName } from "./member-index.ts";

/** Ends a timeout that runs, and says so. */
export const useEndTimeout = () => {
  const { mutate, isPending } = trpc.members.timeout.useMutation({
    onError: (error) => toast.error(errorText(error)),
  });
  const end = useCallback(
    (member: Member, onDone?: () => void): void =>
      mutate(
        { serverId: member.serverId, userId: member.user.id, until: null },
        {
          onSuccess: () => {
            toast.success(`The timeout of ${getMemberName(member)} has ended.`);
            onDone?.();
          },
        },
      ),
    [mutate],
  );
  return { end, isPending };
};
