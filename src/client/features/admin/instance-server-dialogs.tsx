/** What is asked before something is done to a server from outside it. */
import { errorText } from "#client/features/session/error-text.ts";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { ServerSummary } from "#shared/contract/instance.ts";

import { SetOwnerDialog } from "./set-owner-dialog.tsx";

export interface ServerDeed {
  kind: "transfer" | "delete";
  server: ServerSummary;
}

const DeleteDialog = ({ server, onClose }: { server: ServerSummary; onClose: () => void }) => {
  const utils = trpc.useUtils();
  const remove = trpc.admin.deleteServer.useMutation({ onSuccess: () => void utils.admin.invalidate() });
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Delete ${server.name}?`}
      loss={
        <>
          <strong>{server.name}</strong>, which belongs to {server.owner.displayName}, all of its channels and
          every message in them are gone for everyone, for good.
        </>
      }
      confirmLabel="Delete server"
      typeToConfirm={server.name}
      getErrorText={errorText}
      onConfirm={async () => {
        await remove.mutateAsync({ id: server.id });
        toast.success(`${server.name} is deleted.`);
      }}
    />
  );
};

export const InstanceServerDialogs = ({ deed, onClose }: { deed: ServerDeed; onClose: () => void }) =>
  deed.kind === "transfer" ? (
    <SetOwnerDialog server={deed.server} onClose={onClose} />
  ) : (
    <DeleteDialog server={deed.server} onClose={onClose} />
  );
