import { useState } from "react";

import { useGivableRoles } from "#client/features/members/use-roles.ts";
import { invitePath } from "#client/features/navigation/paths.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { Button } from "#client/ui/button.tsx";
import { Checkbox } from "#client/ui/checkbox.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { Select } from "#client/ui/select.tsx";
import { trpc } from "#sdk/react.ts";
import type { RoleId, ServerId } from "#shared/ids.ts";

import styles from "./invite-dialog.module.css";
import { InviteLink } from "./invite-link.tsx";
import { type Lifetime, lifetimes, limitsOfUse, toTerms, type Uses } from "./invite-terms.ts";

type RolesProps = {
  serverId: ServerId;
  chosen: readonly RoleId[];
  onChange: (chosen: readonly RoleId[]) => void;
};

const RolesField = ({ serverId, chosen, onChange }: RolesProps) => {
  const roles = useGivableRoles(serverId);
  if (roles.length === 0) return null;
  return (
    <fieldset className={styles.given}>
      <legend>Roles that everyone gets who joins with it</legend>
      {roles.map(({ id, name }) => (
        <Checkbox
          key={id}
          label={name}
          isChecked={chosen.includes(id)}
          onCheckedChange={(isChecked) =>
            onChange(isChecked ? [...chosen, id] : chosen.filter((other) => other !== id))
          }
        />
      ))}
    </fieldset>
  );
};

/** Makes an invite with its terms and, for who may give them, roles. */
export const NewInviteDialog = ({ serverId, onClose }: { serverId: ServerId; onClose: () => void }) => {
  const [lifetime, setLifetime] = useState<Lifetime>("week");
  const [uses, setUses] = useState<Uses>("any");
  const [roleIds, setRoleIds] = useState<readonly RoleId[]>([]);
  const create = trpc.invites.create.useMutation();
  const submit = (): void => {
    if (!create.isPending) create.mutate({ serverId, ...toTerms(lifetime, uses), roleIds: [...roleIds] });
  };
  if (create.data) {
    return (
      <Dialog
        isOpen
        onOpenChange={onClose}
        title="The invite is made"
        description="Whoever has the link can join."
        footer={<Button onClick={onClose}>Done</Button>}
      >
        <InviteLink link={window.location.origin + invitePath(create.data.code)} isMaking={false} />
      </Dialog>
    );
  }
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title="New invite"
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" isPending={create.isPending}>
            Make invite
          </Button>
        </>
      }
    >
      {create.error && <Failure error={create.error} />}
      <div className={styles.settings}>
        <Select label="Expires after" options={lifetimes} value={lifetime} onValueChange={setLifetime} />
        <Select label="Can be used by" options={limitsOfUse} value={uses} onValueChange={setUses} />
      </div>
      <RolesField serverId={serverId} chosen={roleIds} onChange={setRoleIds} />
    </Dialog>
  );
};
