import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { invitePath } from "#client/features/navigation/paths.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { useTogether } from "#client/features/session/together-context.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { Select } from "#client/ui/select.tsx";
import type { Server } from "#shared/contract/servers.ts";
import type { ServerId } from "#shared/ids.ts";

import styles from "./invite-dialog.module.css";
import { InviteLink } from "./invite-link.tsx";
import { type Lifetime, lifetimes, limitsOfUse, toTerms, type Uses } from "./invite-terms.ts";

/** Looking again within this time shows the same link, instead of making another. */
const sameLinkMs = 5 * 60 * 1_000;

/** A link with these settings: made when it is first asked for. */
const useInviteLink = (serverId: ServerId, lifetime: Lifetime, uses: Uses) => {
  const { api } = useTogether();
  return useQuery({
    queryKey: ["made-invite", serverId, lifetime, uses],
    queryFn: async () => {
      const { code } = await api.invites.create.mutate({ serverId, ...toTerms(lifetime, uses) });
      return window.location.origin + invitePath(code);
    },
    staleTime: sameLinkMs,
    gcTime: sameLinkMs,
    retry: false,
  });
};

/** Makes a link at once, since that is what one came for; the settings make another. */
export const InviteDialog = ({ server, onClose }: { server: Server; onClose: () => void }) => {
  const [lifetime, setLifetime] = useState<Lifetime>("week");
  const [uses, setUses] = useState<Uses>("any");
  const { data: link, error, refetch, isFetching } = useInviteLink(server.id, lifetime, uses);
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={`Invite people to ${server.name}`}
      description="Whoever has the link can join."
    >
      {error && (
        <Failure
          title="No link was made"
          error={error}
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        />
      )}
      <InviteLink link={link} isMaking={isFetching} />
      <div className={styles.settings}>
        <Select label="Expires after" options={lifetimes} value={lifetime} onValueChange={setLifetime} />
        <Select label="Can be used by" options={limitsOfUse} value={uses} onValueChange={setUses} />
      </div>
    </Dialog>
  );
};
