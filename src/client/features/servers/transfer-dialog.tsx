import { keepPreviousData } from "@tanstack/react-query";
import { Search, UsersRound } from "lucide-react";
import { useState } from "react";

import { getMemberName } from "#client/features/members/member-index.ts";
import { PersonChoice } from "#client/features/members/person-choice.tsx";
import { errorText } from "#client/features/session/error-text.ts";
import { useSettled } from "#client/lib/use-settled.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { ItemList } from "#client/ui/item-list.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Server } from "#shared/contract/servers.ts";
import { limits } from "#shared/limits.ts";

/** As many as one looks through; who wants another types their name. */
const shownCount = 50;

type OnChoose = (member: Member) => void;

const Candidates = ({ server, query, onChoose }: { server: Server; query: string; onChoose: OnChoose }) => {
  const { data, error, refetch, isFetching } = trpc.members.list.useInfiniteQuery(
    { serverId: server.id, limit: shownCount, ...(query !== "" && { query }) },
    { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined, placeholderData: keepPreviousData },
  );
  if (!data && error) {
    return (
      <Callout
        tone="danger"
        title="The members can’t be shown"
        onRetry={() => void refetch()}
        isRetrying={isFetching}
      >
        {errorText(error)}
      </Callout>
    );
  }
  if (!data) return <SkeletonList label="Loading members" rows={4} />;
  const members = data.pages
    .flatMap((page) => page.members)
    .filter(({ user }) => user.id !== server.ownerId && !user.bot);
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
  const query = useSettled(typed.trim().slice(0, limits.displayName.maxLength));
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title="Transfer ownership"
      description={`Who should own ${server.name} instead of you?`}
      footer={<Button onClick={onClose}>Cancel</Button>}
    >
      <TextField
        label="Find a member"
        isLabelHidden
        type="search"
        icon={<Search />}
        placeholder="Name of a member"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Candidates server={server} query={query} onChoose={setChosen} />
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
