import { Ban as BanIcon } from "lucide-react";
import { useState } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { foldText } from "#client/lib/fold-text.ts";
import { formatDay } from "#client/lib/time.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Button } from "#client/ui/button.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ItemList, ListItem } from "#client/ui/item-list.tsx";
import { SearchField } from "#client/ui/search-field.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Ban } from "#shared/contract/members.ts";
import type { ServerId } from "#shared/ids.ts";

import styles from "./sections.module.css";

const UnbanDialog = ({ ban, serverId, onClose }: { ban: Ban; serverId: ServerId; onClose: () => void }) => {
  const { user } = ban;
  const utils = trpc.useUtils();
  // No event tells of it: the list is changed here.
  const unban = trpc.members.unban.useMutation({
    onSuccess: () => {
      utils.members.bans.setData({ serverId }, (bans) => bans?.filter((other) => other.user.id !== user.id));
      toast.success(`${user.displayName} may join again.`);
    },
  });
  return (
    <ConfirmDialog
      isOpen
      tone="primary"
      onOpenChange={onClose}
      title={`Lift the ban of ${user.displayName}?`}
      loss={
        <>
          <strong>{user.displayName}</strong> can come back with an invite, as a new member. Their roles and
          what was deleted do not come back.
        </>
      }
      confirmLabel="Lift ban"
      getErrorText={errorText}
      onConfirm={() => unban.mutateAsync({ serverId, userId: user.id }).then(() => undefined)}
    />
  );
};

const BanItem = ({ ban, onLift }: { ban: Ban; onLift: (ban: Ban) => void }) => {
  const { user, reason, createdAt } = ban;
  return (
    <ListItem
      picture={<Avatar id={user.id} name={user.displayName} imageUrl={user.avatarUrl} />}
      title={user.displayName}
      actions={
        <Button size="small" aria-label={`Lift the ban of ${user.displayName}`} onClick={() => onLift(ban)}>
          Lift ban
        </Button>
      }
    >
      <p>
        @{user.username} · {formatDay(createdAt)}
      </p>
      <p>{reason ?? "No reason was given."}</p>
    </ListItem>
  );
};

const isFound = ({ user, reason }: Ban, query: string): boolean =>
  [user.displayName, user.username, reason ?? ""].some((text) => foldText(text).includes(foldText(query)));

const Found = ({ bans, query, serverId }: { bans: readonly Ban[]; query: string; serverId: ServerId }) => {
  const [lifted, setLifted] = useState<Ban>();
  const found = bans.filter((ban) => isFound(ban, query));
  return (
    <>
      {found.length === 0 ? (
        <EmptyState icon={<BanIcon />} title="Nobody found">
          Nobody with that name or reason is banned.
        </EmptyState>
      ) : (
        <ItemList label="Bans">
          {found.map((ban) => (
            <BanItem key={ban.user.id} ban={ban} onLift={setLifted} />
          ))}
        </ItemList>
      )}
      {lifted && <UnbanDialog ban={lifted} serverId={serverId} onClose={() => setLifted(undefined)} />}
    </>
  );
};

/** Who is kept out of the server. */
export const BansSection = ({ serverId }: { serverId: ServerId }) => {
  const [query, setQuery] = useState("");
  const list = trpc.members.bans.useQuery({ serverId }, { staleTime: 0 });
  const { data: bans, refetch, isFetching } = list;
  const trouble = findTrouble(list);
  if (trouble !== null) {
    return (
      <Failure
        title="The bans can’t be shown"
        error={trouble}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    );
  }
  if (!bans) return <SkeletonList label="Loading bans" rows={4} />;
  if (bans.length === 0) {
    return (
      <EmptyState icon={<BanIcon />} title="Nobody is banned">
        Whoever is banned from this server stands here, and can be let in again.
      </EmptyState>
    );
  }
  return (
    <div className={styles.section}>
      <SearchField label="Find a ban" placeholder="Name or reason" value={query} onValueChange={setQuery} />
      <Found bans={bans} query={query.trim()} serverId={serverId} />
    </div>
  );
};
