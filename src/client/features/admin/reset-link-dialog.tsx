import { Failure } from "#client/features/session/failure.tsx";
import { formatMoment, formatRelative } from "#client/lib/time.ts";
import { Button } from "#client/ui/button.tsx";
import { CopyField } from "#client/ui/copy-field.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { trpc } from "#sdk/react.ts";
import type { Account } from "#shared/contract/instance.ts";

import styles from "./admin.module.css";

/** For somebody who has forgotten their password. Making a link ends the one before it, and so waits for a press. */
export const ResetLinkDialog = ({
  account: { user },
  onClose,
}: {
  account: Account;
  onClose: () => void;
}) => {
  const make = trpc.admin.createResetLink.useMutation();
  const link = make.data;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={`A new password for ${user.displayName}`}
      description={
        link
          ? `Give it to ${user.displayName} in a way that nobody else reads: whoever has it can take over the account.`
          : "Makes a link with which they choose a new password themselves. It is good for one use; a link made before ends."
      }
      footer={
        <>
          <Button onClick={onClose}>{link ? "Close" : "Cancel"}</Button>
          {!link && (
            <Button
              variant="primary"
              isPending={make.isPending}
              onClick={() => make.mutate({ userId: user.id })}
            >
              Make the link
            </Button>
          )}
        </>
      }
    >
      {make.error && <Failure error={make.error} />}
      {link && (
        <>
          <CopyField label="Link for a new password" text={link.url} copyLabel="Copy link" />
          <p className={styles.dialogWords}>
            It is shown this once, and ends {formatRelative(link.expiresAt)} ({formatMoment(link.expiresAt)}).
          </p>
        </>
      )}
      {!link && !make.error && (
        <p className={styles.dialogWords}>Until it is used, the password that they have now stays good.</p>
      )}
    </Dialog>
  );
};
