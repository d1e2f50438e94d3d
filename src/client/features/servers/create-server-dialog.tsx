import { useState } from "react";
import { useLocation } from "wouter";

import { serverPath } from "#client/features/navigation/paths.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { useSessionState } from "#client/features/session/together-context.tsx";
import { Avatar } from "#client/ui/avatar.tsx";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { trpc } from "#sdk/react.ts";
import { limits } from "#shared/limits.ts";

import styles from "./create-server-dialog.module.css";

const maxLength = limits.serverName.maxLength;

export const findServerNameFault = (name: string): string | undefined => {
  const { length } = name.trim();
  if (length === 0) return "Give it a name.";
  return length > maxLength ? `Use at most ${maxLength} characters.` : undefined;
};

/** Something to begin with: it can be sent as it is. */
const useSuggestion = (): string => {
  const session = useSessionState();
  return session.kind === "signed-in" ? `${session.user.displayName}’s place`.slice(0, maxLength) : "";
};

export const CreateServerDialog = ({ onClose }: { onClose: () => void }) => {
  const [name, setName] = useState(useSuggestion());
  const [isTried, setIsTried] = useState(false);
  const [, navigate] = useLocation();
  const create = trpc.servers.create.useMutation({
    onSuccess: ({ id }) => {
      onClose();
      navigate(serverPath(id));
    },
  });
  const fault = findServerNameFault(name);
  const submit = (): void => {
    setIsTried(true);
    if (fault === undefined && !create.isPending) create.mutate({ name });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title="Create a server"
      description="A place for your people: it begins with a text channel and a voice channel, and more can follow."
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" isPending={create.isPending}>
            Create server
          </Button>
        </>
      }
    >
      {create.error && <Failure error={create.error} />}
      <div className={styles.preview}>
        <Avatar id={name} name={name.trim() || "?"} size={48} shape="square" />
        <div className={styles.field}>
          <TextField
            label="Server name"
            value={name}
            limit={maxLength}
            autoComplete="off"
            error={isTried ? fault : undefined}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
      </div>
    </Dialog>
  );
};
