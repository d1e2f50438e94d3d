/** The ways out of a server: leaving it, and deleting it for everyone. */
import { useLocation } from "wouter";

import { errorText } from "#client/features/session/error-text.ts";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { trpc } from "#sdk/react.ts";
import type { Server } from "#shared/contract/servers.ts";

import { depart } from "./departures.ts";

/** Leaves this server's screens; the list loses it now and not with the event, so that the way out does not lead back. */
const useGoAway = (server: Server) => {
  const utils = trpc.useUtils();
  const [, navigate] = useLocation();
  return (): void => {
    utils.servers.list.setData(undefined, (servers) => servers?.filter(({ id }) => id !== server.id));
    navigate("/", { replace: true });
  };
};

export const LeaveDialog = ({ server, onClose }: { server: Server; onClose: () => void }) => {
  const leave = trpc.servers.leave.useMutation();
  const goAway = useGoAway(server);
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Leave ${server.name}?`}
      loss="You no longer see its channels, and come back only with an invite. What you wrote stays."
      confirmLabel="Leave server"
      getErrorText={errorText}
      onConfirm={async () => {
        await depart(server.id, () => leave.mutateAsync({ serverId: server.id }));
        goAway();
      }}
    />
  );
};

export const DeleteDialog = ({ server, onClose }: { server: Server; onClose: () => void }) => {
  const remove = trpc.servers.delete.useMutation();
  const goAway = useGoAway(server);
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Delete ${server.name}?`}
      loss={
        <>
          <strong>{server.name}</strong>, all of its channels and every message in them are gone for everyone,
          for good.
        </>
      }
      confirmLabel="Delete server"
      typeToConfirm={server.name}
      getErrorText={errorText}
      onConfirm={async () => {
        await depart(server.id, () => remove.mutateAsync({ serverId: server.id }));
        goAway();
      }}
    />
  );
};
