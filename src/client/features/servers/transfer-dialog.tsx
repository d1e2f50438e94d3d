import { UsersRound } from "lucide-react";
import { useState } from "react";

import { getMemberName } from "#client/features/members/member-index.ts";
import { PersonChoice } from "#client/features/members/person-choice.tsx";
import { useMemberSearch } from "#client/features/members/use-member-search.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { Button } from "#client/ui/button.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ItemList } from "#client/ui/item-list.tsx";
import { SearchField } from "#client/ui/search-field.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Server } from "#shared/contract/servers.ts";

type OnChoose = (member: Member) => void;

const Candidates = ({ server, typed, onChoose }: { server: Server; typed: string; onChoose: OnChoose }) => {
  const { members: found, query, trouble, refetch, isFetching } = useMemberSearch(server.id, typed);
  if (trouble !== null) {
    return (
      <Failure
        title="The members can’t be shown"
        error={trouble}
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      />
    );
  }
  if (!found) return <SkeletonList label="Loading members" rows={4} />;
  const members = found.filter(({ user }) => user.id !== server.ownerId && !user.bot);
  if (members.length === 0) {
    return (
      <EmptyState icon={<UsersRound />} title="Nobody to give it to">
        {query === "" ? "Invite somebody first." : "No member is called that."}
      </EmptyState>
    );
  }
  return (
    <ItemList label="Members">
      {members.map((member) => (
        <PersonChoice
          key={member.user.id}
          user={member.user}
          name={getMemberName(member)}
          onChoose={() => onChoose(member)}
        />
      ))}
    </ItemList>
  );
};

const TransferConfirmation = ({
  server,
  member,
  onCancel,
  onDone,
}: {
  server: Server;
  member: Member;
  onCancel: () => void;
  onDone: () => void;
}) => {
  const transfer = trpc.servers.transferOwnership.useMutation();
  const name = getMemberName(member);
  const confirm = async (): Promise<void> => {
    await transfer.mutateAsync({ serverId: server.id, userId: member.user.id });
    toast.success(`${server.name} belongs to ${name} now.`);
    onDone();
  };
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onCancel}
      title={`Give ${server.name} to ${name}?`}
      loss={
        <>
          <strong>{name}</strong> (@{member.user.username}) can then do everything here, removing you and
          deleting the server too. Only they can give it back.
        </>
      }
      confirmLabel="Transfer ownership"
      typeToConfirm={server.name}
      getErrorText={errorText}
      onConfirm={confirm}
    />
  );
};

/** An owner cannot leave: first the server goes to somebody else. */
export const TransferDialog = ({ server, onClose }: { server: Server; onClose: () => void }) => {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<Member>();
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title="Transfer ownership"
      description={`Who should own ${server.name} instead of you?`}
      footer={<Button onClick={onClose}>Cancel</Button>}
    >
      <SearchField
        label="Find a member"
        placeholder="Name of a member"
        value={typed}
        onValueChange={setTyped}
      />
      <Candidates server={server} typed={typed} onChoose={setChosen} />
      {chosen && (
        <TransferConfirmation
          server={server}
          member={chosen}
          onCancel={() => setChosen(undefined)}
          onDone={onClose}
        />
      )}
    </Dialog>
  );
};
