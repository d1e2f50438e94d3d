import { Copy, Link2, Trash2, UserPlus } from "lucide-react";
import { useState } from "react";

import { getMemberName } from "#client/features/members/member-index.ts";
import { useMember } from "#client/features/members/use-members.ts";
import { invitePath } from "#client/features/navigation/paths.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { copyText } from "#client/lib/clipboard.ts";
import { formatRelative } from "#client/lib/time.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { ItemList, ListItem } from "#client/ui/item-list.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Invite } from "#shared/contract/invites.ts";
import type { Server } from "#shared/contract/servers.ts";

const getUsesText = ({ uses, maxUses }: Invite): string => {
  if (maxUses === null) return uses === 1 ? "used once" : `used ${uses} times`;
  return uses >= maxUses ? "used up" : `used ${uses} of ${maxUses} times`;
};

const getExpiryText = ({ expiresAt }: Invite): string => {
  if (expiresAt === null) return "never expires";
  return Date.parse(expiresAt) <= Date.now() ? "expired" : `expires ${formatRelative(expiresAt)}`;
};

const copyLink = async (code: string): Promise<void> => {
  const isCopied = await copyText(window.location.origin + invitePath(code));
  if (isCopied) toast.success("The link is copied.");
  else toast.error("The link could not be copied.");
};

const InviteItem = ({ invite, onRevoke }: { invite: Invite; onRevoke: (invite: Invite) => void }) => {
  const { code, serverId, createdBy } = invite;
  const member = useMember(serverId, createdBy);
  // Whoever has left may still be known by their account.
  const { data: user } = trpc.users.get.useQuery({ userId: createdBy }, { enabled: !member, retry: false });
  const maker = member ? getMemberName(member) : (user?.displayName ?? "someone who has left");
  return (
    <ListItem
      picture={<Link2 aria-hidden />}
      title={code}
      actions={
        <>
          <IconButton label={`Copy the link ${code}`} icon={<Copy />} onClick={() => void copyLink(code)} />
          <IconButton
            label={`Revoke ${code}`}
            variant="danger"
            icon={<Trash2 />}
            onClick={() => onRevoke(invite)}
          />
        </>
      }
    >
      By {maker} · {getUsesText(invite)} · {getExpiryText(invite)}
    </ListItem>
  );
};

const RevokeDialog = ({ invite: { code }, onClose }: { invite: Invite; onClose: () => void }) => {
  const revoke = trpc.invites.revoke.useMutation();
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Revoke ${code}?`}
      loss="Nobody can join with this link any more. Who has joined stays."
      confirmLabel="Revoke invite"
      getErrorText={errorText}
      onConfirm={() => revoke.mutateAsync({ code }).then(() => undefined)}
    />
  );
};

const Invites = ({ server, onRevoke }: { server: Server; onRevoke: (invite: Invite) => void }) => {
  // Events keep what is listed, but tell nothing of an invite's uses.
  const query = trpc.invites.list.useQuery({ serverId: server.id }, { staleTime: 0 });
  const { data: invites, error, refetch, isFetching } = query;
  if (!invites && error) {
    return (
      <Callout
        tone="danger"
        title="The invites can’t be shown"
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      >
        {errorText(error)}
      </Callout>
    );
  }
  if (!invites) return <SkeletonList label="Loading invites" rows={4} />;
  if (invites.length === 0) {
    return (
      <EmptyState icon={<Link2 />} title="No invites">
        Nobody can join {server.name} with a link right now.
      </EmptyState>
    );
  }
  return (
    <ItemList label="Invites">
      {invites.map((invite) => (
        <InviteItem key={invite.code} invite={invite} onRevoke={onRevoke} />
      ))}
    </ItemList>
  );
};

type Props = {
  server: Server;
  onClose: () => void;
  /** Opens the dialog that makes one; left out for who may not. */
  onInvite?: () => void;
};

/** Every link that leads into the server. */
export const InviteListDialog = ({ server, onClose, onInvite }: Props) => {
  const [revoked, setRevoked] = useState<Invite>();
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={`Invites to ${server.name}`}
      description="The links that people can join with."
      footer={
        <>
          {onInvite && (
            <Button icon={<UserPlus />} onClick={onInvite}>
              Invite people
            </Button>
          )}
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <Invites server={server} onRevoke={setRevoked} />
      {revoked && <RevokeDialog invite={revoked} onClose={() => setRevoked(undefined)} />}
    </Dialog>
  );
};
