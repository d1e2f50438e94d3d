import { useState } from "react";

import { Failure } from "#client/features/session/failure.tsx";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import { limits } from "#shared/limits.ts";

type Props = { member: Member; isOwn: boolean; onClose: () => void };

/** What somebody is called in one server. */
export const NicknameDialog = ({ member, isOwn, onClose }: Props) => {
  const { serverId, user } = member;
  const [nickname, setNickname] = useState(member.nickname ?? "");
  const change = trpc.members.setNickname.useMutation({ onSuccess: onClose });
  const { maxLength } = limits.nickname;
  const fault =
    nickname.trim().length > maxLength ? `A nickname has at most ${maxLength} characters.` : undefined;
  const submit = (): void => {
    if (fault === undefined && !change.isPending) change.mutate({ serverId, userId: user.id, nickname });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={isOwn ? "Edit your nickname" : `Edit the nickname of ${user.displayName}`}
      description={`In this server alone. Everyone here sees it in place of “${user.displayName}”.`}
      size="small"
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" isPending={change.isPending}>
            Save
          </Button>
        </>
      }
    >
      {change.error && <Failure error={change.error} />}
      <TextField
        label="Nickname"
        value={nickname}
        limit={maxLength}
        autoComplete="off"
        placeholder={user.displayName}
        hint="Leave it empty to have none."
        error={fault}
        onChange={(event) => setNickname(event.target.value)}
      />
    </Dialog>
  );
};
