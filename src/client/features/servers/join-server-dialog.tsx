import { useLocation } from "wouter";

import { useInviteCode } from "#client/features/invites/invite-code-field.tsx";
import { invitePath } from "#client/features/navigation/paths.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";

/** Takes a whole link or its code; the invite's own page then says what it leads to. */
export const JoinServerDialog = ({ onClose }: { onClose: () => void }) => {
  const [, navigate] = useLocation();
  const { field, submit } = useInviteCode((code) => {
    onClose();
    navigate(invitePath(code));
  });
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
      {field}
    </Dialog>
  );
};
