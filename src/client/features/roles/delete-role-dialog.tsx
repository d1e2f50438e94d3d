import { errorText } from "#client/features/session/error-text.ts";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { trpc } from "#sdk/react.ts";
import type { Role } from "#shared/contract/roles.ts";

import { formatCount, useHolders } from "./use-roles.ts";

const useLoss = (role: Role): string => {
  const { byRole, isComplete } = useHolders(role.serverId);
  const { data: channels = [] } = trpc.channels.list.useQuery(
    { serverId: role.serverId },
    { enabled: false },
  );
  const count = byRole.get(role.id)?.length ?? 0;
  const named = channels
    .filter(({ overrides }) =>
      overrides.some(({ target }) => target.type === "role" && target.id === role.id),
    )
    .map(({ type, name }) => (type === "text" ? `#${name}` : name));
  const members =
    count === 1 && isComplete ? "One member loses it" : `${formatCount(count, isComplete)} members lose it`;
  const lost = count === 0 && isComplete ? "Nobody has it" : members;
  if (named.length === 0) return `${lost}, and no channel has rules for it.`;
  const places = new Intl.ListFormat("en").format(named);
  return `${lost}, and what ${places} ${named.length === 1 ? "says" : "say"} about it is gone.`;
};

type Props = { role: Role; onClose: () => void; onDone: () => void };

export const DeleteRoleDialog = ({ role, onClose, onDone }: Props) => {
  const remove = trpc.roles.delete.useMutation();
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Delete ${role.name}?`}
      loss={useLoss(role)}
      confirmLabel="Delete role"
      getErrorText={errorText}
      onConfirm={async () => {
        await remove.mutateAsync({ roleId: role.id });
        onDone();
      }}
    />
  );
};
