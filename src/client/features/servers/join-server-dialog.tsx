import { useState } from "react";
import { useLocation } from "wouter";

import { invitePath, readInviteCode } from "#client/features/navigation/paths.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { TextField } from "#client/ui/text-field.tsx";

/** Takes a whole link or its code; the invite's own page then says what it leads to. */
export const JoinServerDialog = ({ onClose }: { onClose: () => void }) => {
  const [text, setText] = useState("");
  const [isTried, setIsTried] = useState(false);
  const [, navigate] = useLocation();
  const code = readInviteCode(text);
  const submit = (): void => {
    setIsTried(true);
    if (code === undefined) return;
    onClose();
    navigate(invitePath(code));
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title="Join with a link"
      description="Paste the invite that somebody gave you."
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit">
            Go on
          </Button>
        </>
      }
    >
      <TextField
        label="Invite link or code"
        value={text}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder={`${window.location.origin}/invite/…`}
        hint="You see what the server is before you join."
        error={isTried && code === undefined ? "That is neither an invite link nor a code." : undefined}
        onChange={(event) => setText(event.target.value)}
      />
    </Dialog>
  );
};
