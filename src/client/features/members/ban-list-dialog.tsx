import { Ban as BanIcon } from "lucide-react";

import { errorText } from "#client/features/session/error-text.ts";
import { formatDay } from "#client/lib/time.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ItemList, ListItem } from "#client/ui/item-list.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Ban } from "#shared/contract/members.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ServerId } from "#shared/ids.ts";

const BanItem = ({ ban, serverId }: { ban: Ban; serverId: ServerId }) => {
  const { user, reason, createdAt } = ban;
  const utils = trpc.useUtils();
  // No event tells of it: the list is changed here.
  const unban = trpc.members.unban.useMutation({
    onSuccess: () => {
      utils.members.bans.setData({ serverId }, (bans) => bans?.filter((other) => other.user.id !== user.id));
      toast.success(`${user.displayName} may join again.`);
    },
  });
  return (
    <ListItem
      picture={<Avatar id={user.id} name={user.displayName} imageUrl={user.avatarUrl} />}
      title={user.displayName}
      error={unban.error ? errorText(unban.error) : undefined}
      actions={
        <Button
          size="small"
          aria-label={`Lift the ban of ${user.displayName}`}
          isPending={unban.isPending}
          onClick={() => unban.mutate({ serverId, userId: user.id })}
        >
          Lift ban
        </Button>
      }
    >
      <p>
        @{user.username} · {formatDay(createdAt)}
      </p>
      {reason !== null && <p>{reason}</p>}
    </ListItem>
  );
};

const Bans = ({ server }: { server: Server }) => {
  const query = trpc.members.bans.useQuery({ serverId: server.id }, { staleTime: 0 });
  const { data: bans, error, refetch, isFetching } = query;
  if (!bans && error) {
    return (
      <Callout
        tone="danger"
        title="The bans can’t be shown"
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      >
        {errorText(error)}
      </Callout>
    );
  }
  if (!bans) return <SkeletonList label="Loading bans" rows={4} />;
  if (bans.length === 0) {
    return (
      <EmptyState icon={<BanIcon />} title="Nobody is banned">
        Whoever is banned from {server.name} stands here, and can be let in again.
      </EmptyState>
    );
  }
  return (
    <ItemList label="Bans">
      {bans.map((ban) => (
        <BanItem key={ban.user.id} ban={ban} serverId={server.id} />
      ))}
    </ItemList>
  );
};

/** Who is kept out of the server. */
export const BanListDialog = ({ server, onClose }: { server: Server; onClose: () => void }) => (
  <Dialog
    isOpen
    onOpenChange={onClose}
    title={`Bans in ${server.name}`}
    footer={<Button onClick={onClose}>Close</Button>}
  >
    <Bans server={server} />
  </Dialog>
);
