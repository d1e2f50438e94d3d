import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";

type Props = { name: string; onClose: () => void; onConfirm: () => void | Promise<void> };

/** Before somebody takes a channel out of their own sight. */
export const ShutOutDialog = ({ name, onClose, onConfirm }: Props) => (
  <ConfirmDialog
    isOpen
    onOpenChange={onClose}
    title="Shut yourself out?"
    loss={
      <>
        You would not see <strong>{name}</strong> any more, and only somebody else could let you in again.
      </>
    }
    confirmLabel="Save all the same"
    onConfirm={onConfirm}
  />
);
