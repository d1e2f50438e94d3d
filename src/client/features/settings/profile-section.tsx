import { useState } from "react";

import { Failure } from "#client/features/session/failure.tsx";
import { useMe } from "#client/features/users/use-me.ts";
import { Avatar, presenceLabels } from "#client/ui/avatar.tsx";
import { Button } from "#client/ui/button.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import { limits } from "#shared/limits.ts";

import styles from "./settings.module.css";

const findNameFault = (name: string): string | undefined => {
  if (name.trim() === "") return "Choose a name that others see.";
  const { maxLength } = limits.displayName;
  return name.trim().length > maxLength ? `Use at most ${maxLength} characters.` : undefined;
};

const useProfile = () => {
  const me = useMe();
  const [name, setName] = useState(me.displayName);
  const [status, setStatus] = useState(me.customStatus ?? "");
  const utils = trpc.useUtils();
  const update = trpc.users.update.useMutation({
    onSuccess: (saved) => {
      utils.users.me.setData(undefined, saved);
      toast.success("Your profile is saved.");
    },
  });
  const nameFault = findNameFault(name);
  const isStatusTooLong = status.trim().length > limits.customStatus.maxLength;
  const isChanged = name.trim() !== me.displayName || status.trim() !== (me.customStatus ?? "");
  const canSave = isChanged && nameFault === undefined && !isStatusTooLong;
  const save = (): void => {
    if (canSave && !update.isPending) update.mutate({ displayName: name, customStatus: status });
  };
  return { me, name, setName, status, setStatus, nameFault, canSave, save, update };
};

export const ProfileSection = () => {
  const { me, name, setName, status, setStatus, nameFault, canSave, save, update } = useProfile();
  return (
    <form
      className={styles.section}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <div className={styles.card}>
        <Avatar
          id={me.id}
          name={name.trim() || me.username}
          imageUrl={me.avatarUrl}
          size={80}
          presence={me.chosenStatus}
        />
        <div className={styles.cardWords}>
          <p className={styles.cardName}>{name.trim() || me.displayName}</p>
          <p className={styles.muted}>@{me.username}</p>
          <p className={styles.muted}>{status.trim() || presenceLabels[me.chosenStatus]}</p>
        </div>
      </div>
      {update.error && <Failure error={update.error} />}
      <TextField
        label="Display name"
        value={name}
        limit={limits.displayName.maxLength}
        autoComplete="nickname"
        error={nameFault}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label="Status"
        value={status}
        limit={limits.customStatus.maxLength}
        autoComplete="off"
        placeholder="Making tea, back at three"
        hint="Shown under your name. Leave it empty to show none."
        onChange={(event) => setStatus(event.target.value)}
      />
      <div>
        <Button variant="primary" type="submit" disabled={!canSave} isPending={update.isPending}>
          Save profile
        </Button>
      </div>
    </form>
  );
};
