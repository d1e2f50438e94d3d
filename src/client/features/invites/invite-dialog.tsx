import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { invitePath } from "#client/features/navigation/paths.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { useTogether } from "#client/features/session/together-context.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { CopyField } from "#client/ui/copy-field.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { Select } from "#client/ui/select.tsx";
import type { Server } from "#shared/contract/servers.ts";
import type { ServerId } from "#shared/ids.ts";

import styles from "./invite-dialog.module.css";

const hourSeconds = 60 * 60;
const daySeconds = 24 * hourSeconds;

const lifetimes = [
  { value: "hour", label: "1 hour", seconds: hourSeconds },
  { value: "day", label: "1 day", seconds: daySeconds },
  { value: "week", label: "7 days", seconds: 7 * daySeconds },
  { value: "month", label: "30 days", seconds: 30 * daySeconds },
  { value: "never", label: "Never", seconds: null },
] as const;

const limitsOfUse = [
  { value: "any", label: "No limit", maxUses: null },
  { value: "1", label: "1 person", maxUses: 1 },
  { value: "10", label: "10 people", maxUses: 10 },
  { value: "100", label: "100 people", maxUses: 100 },
] as const;

type Lifetime = (typeof lifetimes)[number]["value"];
type Uses = (typeof limitsOfUse)[number]["value"];

/** Looking again within this time shows the same link, instead of making another. */
const sameLinkMs = 5 * 60 * 1_000;

/** A link with these settings: made when it is first asked for. */
const useInviteLink = (serverId: ServerId, lifetime: Lifetime, uses: Uses) => {
  const { api } = useTogether();
  return useQuery({
    queryKey: ["made-invite", serverId, lifetime, uses],
    queryFn: async () => {
      const expiresInSeconds = lifetimes.find(({ value }) => value === lifetime)?.seconds ?? null;
      const maxUses = limitsOfUse.find(({ value }) => value === uses)?.maxUses ?? null;
      const { code } = await api.invites.create.mutate({ serverId, expiresInSeconds, maxUses });
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
        <Callout
          tone="danger"
          title="No link was made"
          onRetry={() => void refetch()}
          isRetrying={isFetching}
        >
          {errorText(error)}
        </Callout>
      )}
      <CopyField
        label="Invite link"
        text={link}
        placeholder={isFetching ? "Making a link…" : ""}
        copyLabel="Copy link"
      />
      <div className={styles.settings}>
        <Select label="Expires after" options={lifetimes} value={lifetime} onValueChange={setLifetime} />
        <Select label="Can be used by" options={limitsOfUse} value={uses} onValueChange={setUses} />
      </div>
    </Dialog>
  );
};
