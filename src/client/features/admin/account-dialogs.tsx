/** What is asked before something is done to somebody's account. */
import { useState } from "react";
import { useLocation } from "wouter";

import { adminPath } from "#client/features/navigation/paths.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { useMe } from "#client/features/users/use-me.ts";
import { Button } from "#client/ui/button.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Account } from "#shared/contract/instance.ts";
import { limits } from "#shared/limits.ts";

import styles from "./admin.module.css";
import { ResetLinkDialog } from "./reset-link-dialog.tsx";

export interface AccountDeed {
  kind: "make-admin" | "remove-admin" | "reset" | "disable" | "delete";
  account: Account;
}

type Props = { account: Account; onClose: () => void };

/** What was listed before is of no use any more. */
const useListAgain = (): (() => void) => {
  const utils = trpc.useUtils();
  return () => void utils.admin.invalidate();
};

const MakeAdminDialog = ({ account: { user }, onClose }: Props) => {
  const set = trpc.admin.setAdmin.useMutation({ onSuccess: useListAgain() });
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Make ${user.displayName} an administrator?`}
      loss={
        <>
          <strong>{user.displayName}</strong> (@{user.username}) can then do everything on these pages: switch
          off and delete accounts and servers, and remove you as an administrator.
        </>
      }
      confirmLabel="Make administrator"
      tone="primary"
      getErrorText={errorText}
      onConfirm={async () => {
        await set.mutateAsync({ userId: user.id, isAdmin: true });
        toast.success(`${user.displayName} is an administrator now.`);
      }}
    />
  );
};

const RemoveAdminDialog = ({ account: { user }, onClose }: Props) => {
  const set = trpc.admin.setAdmin.useMutation({ onSuccess: useListAgain() });
  const isOwn = useMe().id === user.id;
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={isOwn ? "Stop being an administrator?" : `Remove ${user.displayName} as administrator?`}
      loss={
        isOwn ? (
          "You no longer see these pages, and only another administrator can bring you back. Your servers and your roles in others stay as they are."
        ) : (
          <>
            <strong>{user.displayName}</strong> (@{user.username}) no longer sees these pages. Their account,
            their servers and their roles in others stay as they are.
          </>
        )
      }
      confirmLabel={isOwn ? "Stop being an administrator" : "Remove as administrator"}
      getErrorText={errorText}
      onConfirm={async () => {
        await set.mutateAsync({ userId: user.id, isAdmin: false });
        toast.success(
          isOwn ? "You are no administrator any more." : `${user.displayName} is no administrator any more.`,
        );
      }}
    />
  );
};

const DisableDialog = ({ account: { user }, onClose }: Props) => {
  const [reason, setReason] = useState("");
  const listAgain = useListAgain();
  const disable = trpc.admin.setDisabled.useMutation({
    onSuccess: () => {
      listAgain();
      toast.success(`The account of ${user.displayName} is switched off.`);
      onClose();
    },
  });
  const isTooLong = reason.trim().length > limits.reason.maxLength;
  const submit = (): void => {
    if (!disable.isPending && !isTooLong) disable.mutate({ userId: user.id, isDisabled: true, reason });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={`Switch off the account of ${user.displayName}?`}
      description="They are signed out everywhere at once and can’t sign in until it is switched on again. Their servers and messages stay."
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="danger" type="submit" isPending={disable.isPending}>
            Switch off
          </Button>
        </>
      }
    >
      {disable.error && <Failure error={disable.error} />}
      <TextField
        label="Reason (optional)"
        value={reason}
        limit={limits.reason.maxLength}
        autoComplete="off"
        hint="For the log of this instance. The account isn’t told."
        onChange={(event) => setReason(event.target.value)}
      />
    </Dialog>
  );
};

/** A server must have an owner: first it goes to somebody else, or goes. */
const OwnsServersDialog = ({ account: { user, ownedServers }, onClose }: Props) => {
  const [, navigate] = useLocation();
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={`${user.displayName} still owns ${ownedServers === 1 ? "a server" : `${ownedServers} servers`}`}
      description="Their account can be deleted when every server of theirs has another owner or is deleted."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={() => navigate(adminPath("servers", user.username))}>
            Show their servers
          </Button>
        </>
      }
    >
      {null}
    </Dialog>
  );
};

const DeleteDialog = (props: Props) => {
  const { account, onClose } = props;
  const { user } = account;
  const remove = trpc.admin.deleteAccount.useMutation({ onSuccess: useListAgain() });
  if (account.ownedServers > 0) return <OwnsServersDialog {...props} />;
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={`Delete the account of ${user.displayName}?`}
      loss={
        <div className={styles.dialogWords}>
          <p>
            <strong>{user.displayName}</strong> (@{user.username}) is signed out everywhere and can never sign
            in again. This can’t be undone.
          </p>
          <ul>
            <li>Gone: name, picture, email address, password, memberships and roles.</li>
            <li>What they wrote stays, as by “Deleted user”.</li>
          </ul>
        </div>
      }
      confirmLabel="Delete account"
      typeToConfirm={user.username}
      getErrorText={errorText}
      onConfirm={async () => {
        await remove.mutateAsync({ userId: user.id });
        toast.success(`The account of ${user.displayName} is deleted.`);
      }}
    />
  );
};

const dialogs = {
  "make-admin": MakeAdminDialog,
  "remove-admin": RemoveAdminDialog,
  reset: ResetLinkDialog,
  disable: DisableDialog,
  delete: DeleteDialog,
} as const;

export const AccountDialogs = ({ deed, onClose }: { deed: AccountDeed; onClose: () => void }) => {
  const Chosen = dialogs[deed.kind];
  return <Chosen account={deed.account} onClose={onClose} />;
};
