import { useState } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { trpc } from "#sdk/react.ts";
import type { Server } from "#shared/contract/servers.ts";
import { limits } from "#shared/limits.ts";

import { findServerNameFault } from "./create-server-dialog.tsx";

export const RenameServerDialog = ({ server, onClose }: { server: Server; onClose: () => void }) => {
  const [name, setName] = useState(server.name);
  const update = trpc.servers.update.useMutation({ onSuccess: onClose });
  const fault = findServerNameFault(name);
  const submit = (): void => {
    if (fault === undefined && !update.isPending) update.mutate({ serverId: server.id, name });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title="Rename server"
      size="small"
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" isPending={update.isPending}>
            Save
          </Button>
        </>
      }
    >
      {update.error && <Callout tone="danger" title={errorText(update.error)} />}
      <TextField
        label="Server name"
        value={name}
        limit={limits.serverName.maxLength}
        autoComplete="off"
        error={fault}
        onChange={(event) => setName(event.target.value)}
      />
    </Dialog>
  );
};
