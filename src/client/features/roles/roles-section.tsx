import { ArrowLeft } from "lucide-react";
import { useState } from "react";

import type { SectionProps } from "#client/features/server-settings/sections.tsx";
import { useLeave } from "#client/features/server-settings/unsaved.tsx";
import type { Rights } from "#client/features/servers/rights.ts";
import { useRights } from "#client/features/servers/use-rights.ts";
import { useViewing } from "#client/features/servers/view-as/view-as-context.tsx";
import { phoneQuery, useMediaQuery } from "#client/lib/use-media-query.ts";
import { Button } from "#client/ui/button.tsx";
import type { Role } from "#shared/contract/roles.ts";
import type { RoleId } from "#shared/ids.ts";

import { RoleDot } from "./role-dot.tsx";
import { RoleEditor } from "./role-editor.tsx";
import { RoleList } from "./role-list.tsx";
import { isEveryone } from "./role-order.ts";
import styles from "./roles-section.module.css";
import { useHolders, useAllRoles } from "./use-roles.ts";

type Selected = RoleId | "new" | undefined;

const Title = ({ role, onBack }: { role: Role | undefined; onBack: (() => void) | undefined }) => (
  <div className={styles.head}>
    {onBack && (
      <Button size="small" icon={<ArrowLeft />} onClick={onBack}>
        All roles
      </Button>
    )}
    <h4 className={styles.title}>
      {role && <RoleDot color={role.color} />}
      {role?.name ?? "New role"}
    </h4>
  </div>
);

/** Which role is looked at: on a wide screen always one, at first the highest that can be changed. */
const useSelection = (roles: readonly Role[], { isAboveRole }: Rights, isPhone: boolean) => {
  const leave = useLeave();
  const [selected, setSelected] = useState<Selected>();
  const first = isPhone ? undefined : (roles.find(isAboveRole) ?? roles[0]);
  const role = selected === "new" ? undefined : (roles.find(({ id }) => id === selected) ?? first);
  return {
    role,
    isOpen: selected === "new" || role !== undefined,
    setSelected,
    select: (next: Selected) => leave(() => setSelected(next)),
  };
};

/** The roles of a server: their list, and beside it, or on a phone instead of it, the one that is looked at. */
export const RolesSection = ({ server, onClose }: SectionProps) => {
  const serverId = server.id;
  const roles = useAllRoles(serverId);
  const holders = useHolders(serverId);
  const rights = useRights(serverId);
  const { view } = useViewing();
  const isPhone = useMediaQuery(phoneQuery);
  const { role, isOpen, setSelected, select } = useSelection(roles, rights, isPhone);
  const see = (id: RoleId): void => {
    const isOfAll = roles.some((one) => one.id === id && isEveryone(one));
    onClose();
    view({ serverId, roleIds: isOfAll ? [] : [id] });
  };
  return (
    <div className={styles.section}>
      {(!isPhone || !isOpen) && (
        <div className={styles.side}>
          <RoleList
            serverId={serverId}
            roles={roles}
            holders={holders}
            rights={rights}
            selectedId={role?.id}
            onSelect={select}
            onCreate={() => select("new")}
          />
        </div>
      )}
      {isOpen && (
        <div className={styles.main}>
          <Title role={role} onBack={isPhone ? () => select(undefined) : undefined} />
          <RoleEditor
            key={role?.id ?? "new"}
            serverId={serverId}
            role={role}
            onCreated={setSelected}
            onGone={() => setSelected(undefined)}
            onView={see}
          />
        </div>
      )}
    </div>
  );
};
