import { Eye, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";

import { SaveBar } from "#client/features/server-settings/save-bar.tsx";
import { useLeave, useUnsaved } from "#client/features/server-settings/unsaved.tsx";
import { useRights } from "#client/features/servers/use-rights.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { Tabs } from "#client/ui/tabs.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { trpc } from "#sdk/react.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { RoleId, ServerId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import { formatPermissions, parsePermissions, type Permissions } from "#shared/permissions.ts";

import { ColorField } from "./color-field.tsx";
import { DeleteRoleDialog } from "./delete-role-dialog.tsx";
import { PermissionSwitches } from "./permission-switches.tsx";
import { RoleMembers } from "./role-members.tsx";
import { isEveryone } from "./role-order.ts";
import styles from "./roles-section.module.css";

interface Values {
  name: string;
  color: string | null;
  permissions: Permissions;
}

const { maxLength } = limits.roleName;

const newRole: Values = { name: "", color: null, permissions: 0n };

const toValues = ({ name, color, permissions }: Role): Values => ({
  name,
  color,
  permissions: parsePermissions(permissions) ?? 0n,
});

const findNameFault = (name: string): string | undefined => {
  const { length } = name.trim();
  if (length === 0) return "Give it a name.";
  return length > maxLength ? `Use at most ${maxLength} characters.` : undefined;
};

/** What differs from what is stored; what others change in the meantime shows through. */
const listChanges = (stored: Values, changes: Partial<Values>): Partial<Values> => ({
  ...(changes.name !== undefined && changes.name.trim() !== stored.name && { name: changes.name }),
  ...(changes.color !== undefined && changes.color !== stored.color && { color: changes.color }),
  ...(changes.permissions !== undefined &&
    changes.permissions !== stored.permissions && { permissions: changes.permissions }),
});

const toWire = ({ permissions, ...rest }: Partial<Values>) => ({
  ...rest,
  ...(permissions !== undefined && { permissions: formatPermissions(permissions) }),
});

type EditorProps = {
  serverId: ServerId;
  /** Undefined: a new one. */
  role: Role | undefined;
  onCreated: (id: RoleId) => void;
  onGone: () => void;
  /** Sees the server as the role. */
  onView: (id: RoleId) => void;
};

const useEdit = ({ serverId, role, onCreated, onGone }: EditorProps) => {
  const [draft, setDraft] = useState<Partial<Values>>({});
  const [isTried, setIsTried] = useState(false);
  const stored = role ? toValues(role) : newRole;
  const changes = listChanges(stored, draft);
  const values = { ...stored, ...draft };
  const forget = (): void => {
    setDraft({});
    setIsTried(false);
  };
  const create = trpc.roles.create.useMutation({ onSuccess: ({ id }) => onCreated(id) });
  const update = trpc.roles.update.useMutation({ onSuccess: forget });
  const fault = findNameFault(values.name);
  const isUnsaved = role === undefined || Object.keys(changes).length > 0;
  useUnsaved(role === undefined ? Object.keys(changes).length > 0 : isUnsaved);
  const save = (): void => {
    setIsTried(true);
    if (fault !== undefined || create.isPending || update.isPending) return;
    if (role) update.mutate({ roleId: role.id, ...toWire(changes) });
    else {
      const { name, color, permissions } = values;
      create.mutate({ serverId, name, color, permissions: formatPermissions(permissions) });
    }
  };
  const reset = (): void => {
    forget();
    create.reset();
    update.reset();
    if (!role) onGone();
  };
  return {
    values,
    change: (part: Partial<Values>) => setDraft({ ...draft, ...part }),
    fault: isTried || values.name !== "" ? fault : undefined,
    isUnsaved,
    save,
    reset,
    isPending: create.isPending || update.isPending,
    error: create.error ?? update.error,
  };
};

type Edit = ReturnType<typeof useEdit>;

const Looks = ({ edit, isLocked, children }: { edit: Edit; isLocked: boolean; children: ReactNode }) => (
  <div className={styles.part}>
    <TextField
      label="Role name"
      value={edit.values.name}
      limit={maxLength}
      autoComplete="off"
      disabled={isLocked}
      error={edit.fault}
      onChange={(event) => edit.change({ name: event.target.value })}
    />
    <ColorField
      name={edit.values.name}
      value={edit.values.color}
      isDisabled={isLocked}
      onChange={(color) => edit.change({ color })}
    />
    {children}
  </div>
);

type ActProps = { role: Role; isLocked: boolean } & Pick<EditorProps, "onGone" | "onView">;

const Acts = ({ role, isLocked, onGone, onView }: ActProps) => {
  const [isDeleting, setIsDeleting] = useState(false);
  const leave = useLeave();
  return (
    <div className={styles.acts}>
      <Button icon={<Eye />} onClick={() => leave(() => onView(role.id))}>
        View server as this role
      </Button>
      {!isLocked && !isEveryone(role) && (
        <Button variant="danger" icon={<Trash2 />} onClick={() => setIsDeleting(true)}>
          Delete role…
        </Button>
      )}
      {isDeleting && <DeleteRoleDialog role={role} onClose={() => setIsDeleting(false)} onDone={onGone} />}
    </div>
  );
};

/** What there is to see and change of the role. */
const Parts = ({ edit, isLocked, ...props }: EditorProps & { edit: Edit; isLocked: boolean }) => {
  const { role, onGone, onView } = props;
  const { bits } = useRights(props.serverId);
  const acts = role && <Acts role={role} isLocked={isLocked} onGone={onGone} onView={onView} />;
  const switches = (
    <PermissionSwitches
      value={edit.values.permissions}
      ownBits={bits}
      isLocked={isLocked}
      onChange={(permissions) => edit.change({ permissions })}
    />
  );
  if (role && isEveryone(role)) {
    return (
      <div className={styles.part}>
        <p className={styles.muted}>What every member may do, whatever roles they have.</p>
        {acts}
        {switches}
      </div>
    );
  }
  const looks = (
    <Looks edit={edit} isLocked={isLocked}>
      {acts}
    </Looks>
  );
  const tabs = [
    { id: "looks", label: "Role", content: looks },
    { id: "permissions", label: "Permissions", content: switches },
    ...(role ? [{ id: "members", label: "Members", content: <RoleMembers role={role} /> }] : []),
  ];
  return <Tabs label={role?.name ?? "New role"} tabs={tabs} />;
};

/** Everything about one role. Who has it takes effect at once; the rest is saved. */
export const RoleEditor = (props: EditorProps) => {
  const { role } = props;
  const { isAboveRole } = useRights(props.serverId);
  const edit = useEdit(props);
  const isLocked = role !== undefined && !isAboveRole(role);
  return (
    <div className={styles.editor}>
      {isLocked && (
        <Callout title="This role is out of your reach">
          It is as high as your highest role or higher: only somebody above it can change it.
        </Callout>
      )}
      <Parts {...props} edit={edit} isLocked={isLocked} />
      <SaveBar
        isUnsaved={edit.isUnsaved}
        isPending={edit.isPending}
        error={edit.error}
        onSave={edit.save}
        onReset={edit.reset}
        {...(!role && { label: "Create role", resetLabel: "Cancel" })}
      />
    </div>
  );
};
