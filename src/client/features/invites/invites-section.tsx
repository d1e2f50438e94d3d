import { Copy, Link2, Trash2, UserPlus } from "lucide-react";
import { useState } from "react";

import { getMemberName } from "#client/features/members/member-index.ts";
import { RoleChip } from "#client/features/members/role-chips.tsx";
import { useMember } from "#client/features/members/use-members.ts";
import { useRoles } from "#client/features/members/use-roles.ts";
import { invitePath } from "#client/features/navigation/paths.ts";
import { useRights } from "#client/features/servers/use-rights.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { copyText } from "#client/lib/clipboard.ts";
import { formatRelative } from "#client/lib/time.ts";
import { Button } from "#client/ui/button.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { ItemList, ListItem } from "#client/ui/item-list.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Invite } from "#shared/contract/invites.ts";
import type { ServerId } from "#shared/ids.ts";

import styles from "./invite-dialog.module.css";
import { NewInviteDialog } from "./new-invite-dialog.tsx";

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
  const roles = useRoles(serverId).filter(({ id }) => invite.roleIds.includes(id));
  const member = useMember(serverId, createdBy);
  // Whoever has left may still be known by their account.
  const { data: user } = trpc.users.get.useQuery({ userId: createdBy }, { enabled: !member });
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
      <p>
        By {maker} · {getUsesText(invite)} · {getExpiryText(invite)}
      </p>
      {roles.length > 0 && (
        <ul className={styles.roles} aria-label={`Roles that ${code} gives`}>
          {roles.map((role) => (
            <RoleChip key={role.id} role={role} />
          ))}
        </ul>
      )}
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

const Invites = ({ serverId, onRevoke }: { serverId: ServerId; onRevoke: (invite: Invite) => void }) => {
  // Events keep what is listed, but tell nothing of an invite's uses.
  const query = trpc.invites.list.useQuery({ serverId }, { staleTime: 0 });
  const { data: invites, refetch, isFetching } = query;
  const trouble = findTrouble(query);
  if (trouble !== null) {
    return (
      <Failure
        title="The invites can’t be shown"
        error={trouble}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    );
  }
  if (!invites) return <SkeletonList label="Loading invites" rows={4} />;
  if (invites.length === 0) {
    return (
      <EmptyState icon={<Link2 />} title="No invites">
        Nobody can join this server with a link right now.
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

/** Every link that leads into the server, and how to make another. */
export const InvitesSection = ({ serverId }: { serverId: ServerId }) => {
  const [revoked, setRevoked] = useState<Invite>();
  const [isMaking, setIsMaking] = useState(false);
  const canMake = useRights(serverId).can("CREATE_INVITE");
  return (
    <div className={styles.section}>
      {canMake && (
        <Button icon={<UserPlus />} className={styles.make} onClick={() => setIsMaking(true)}>
          New invite
        </Button>
      )}
      <Invites serverId={serverId} onRevoke={setRevoked} />
      {isMaking && <NewInviteDialog serverId={serverId} onClose={() => setIsMaking(false)} />}
      {revoked && <RevokeDialog invite={revoked} onClose={() => setRevoked(undefined)} />}
    </div>
  );
};
