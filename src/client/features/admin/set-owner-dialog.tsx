import { keepPreviousData } from "@tanstack/react-query";
import { UsersRound } from "lucide-react";
import { useState } from "react";

import { getMemberName } from "#client/features/members/member-index.ts";
import { PersonChoice } from "#client/features/members/person-choice.tsx";
import { errorText } from "#client/features/session/error-text.ts";
import { Button } from "#client/ui/button.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { reasonOf } from "#sdk/index.ts";
import { trpc } from "#sdk/react.ts";
import type { ServerSummary } from "#shared/contract/instance.ts";
import type { UserRef } from "#shared/contract/users.ts";

import { PagedList } from "./paged-list.tsx";
import { useAccounts } from "./use-accounts.ts";
import { useSearchField } from "./use-search.tsx";

type Heir = { user: UserRef; name: string };
type ChoicesProps = {
  server: ServerSummary;
  query: string | undefined;
  onChoose: (heir: Heir) => void;
};

const nobody = (
  <EmptyState icon={<UsersRound />} title="Nobody to give it to">
    Nobody else is called that.
  </EmptyState>
);

const renderChoice =
  (onChoose: ChoicesProps["onChoose"]) =>
  ({ user, name }: Heir) => (
    <PersonChoice key={user.id} user={user} name={name} onChoose={() => onChoose({ user, name })} />
  );

const MemberChoices = ({ server, query, onChoose }: ChoicesProps) => {
  const found = trpc.members.list.useInfiniteQuery(
    { serverId: server.id, ...(query !== undefined && { query }) },
    { getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined, placeholderData: keepPreviousData },
  );
  const heirs = found.data?.pages
    .flatMap((page) => page.members)
    .filter(({ user }) => user.id !== server.owner.id && !user.bot)
    .map((member): Heir => ({ user: member.user, name: getMemberName(member) }));
  return (
    <PagedList label="Members" found={found} items={heirs} empty={nobody}>
      {renderChoice(onChoose)}
    </PagedList>
  );
};

/** From outside a server its members are not to be seen: the server says who of these is one. */
const AccountChoices = ({ server, query, onChoose }: ChoicesProps) => {
  const { found, accounts } = useAccounts(query);
  const heirs = accounts
    ?.filter(({ user, disabledAt }) => user.id !== server.owner.id && !user.bot && disabledAt === null)
    .map(({ user }): Heir => ({ user, name: user.displayName }));
  return (
    <PagedList label="Accounts" found={found} items={heirs} empty={nobody}>
      {renderChoice(onChoose)}
    </PagedList>
  );
};

const Confirmation = ({
  server,
  heir,
  onCancel,
  onDone,
}: {
  server: ServerSummary;
  heir: Heir;
  onCancel: () => void;
  onDone: () => void;
}) => {
  const utils = trpc.useUtils();
  const set = trpc.admin.setOwner.useMutation({ onSuccess: () => void utils.admin.invalidate() });
  const { user, name } = heir;
  const getText = (error: unknown): string =>
    reasonOf(error).reason === "NOT_FOUND"
      ? `${name} is not a member of ${server.name}, or it is gone. Only a member can own it.`
      : errorText(error);
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onCancel}
      title={`Give ${server.name} to ${name}?`}
      loss={
        <>
          <strong>{name}</strong> (@{user.username}) can then do everything there.{" "}
          <strong>{server.owner.displayName}</strong> stays a member, without the rights of an owner.
        </>
      }
      confirmLabel="Transfer ownership"
      getErrorText={getText}
      onConfirm={async () => {
        await set.mutateAsync({ id: server.id, userId: user.id });
        toast.success(`${server.name} belongs to ${name} now.`);
        onDone();
      }}
    />
  );
};

/** Gives a server to somebody else, whoever owns it. */
export const SetOwnerDialog = ({ server, onClose }: { server: ServerSummary; onClose: () => void }) => {
  const { field, query } = useSearchField("Find somebody");
  const { data: own } = trpc.servers.list.useQuery();
  const [heir, setHeir] = useState<Heir>();
  const isMember = own?.some(({ id }) => id === server.id) === true;
  const Choices = isMember ? MemberChoices : AccountChoices;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={`Who should own ${server.name}?`}
      description={
        isMember
          ? `A member of it, in the place of ${server.owner.displayName}.`
          : `A member of it, in the place of ${server.owner.displayName}. You aren’t one yourself, so these are all accounts.`
      }
      footer={<Button onClick={onClose}>Cancel</Button>}
    >
      {field}
      <Choices server={server} query={query} onChoose={setHeir} />
      {heir && (
        <Confirmation server={server} heir={heir} onCancel={() => setHeir(undefined)} onDone={onClose} />
      )}
    </Dialog>
  );
};
