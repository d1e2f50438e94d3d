import { Callout } from "#client/ui/callout.tsx";
import { Switch } from "#client/ui/switch.tsx";
import { hasPermission, type PermissionName, type Permissions, permissionBits } from "#shared/permissions.ts";

import { permissionGroups, permissionWords } from "./permission-words.ts";
import styles from "./permission-switches.module.css";

type Props = {
  value: Permissions;
  /** What the caller has, and so may give and take. */
  ownBits: Permissions;
  isLocked: boolean;
  onChange: (value: Permissions) => void;
};

const Entry = ({ name, value, ownBits, isLocked, onChange }: Props & { name: PermissionName }) => {
  const { label, allows } = permissionWords[name];
  const isLacking = !hasPermission(ownBits, name);
  const bit = permissionBits(name);
  return (
    <Switch
      label={label}
      hint={
        isLacking ? (
          <>
            {allows} <em className={styles.reason}>You don’t have it, so you can’t give or take it.</em>
          </>
        ) : (
          allows
        )
      }
      isChecked={hasPermission(value, name)}
      isDisabled={isLocked || isLacking}
      onCheckedChange={(isOn) => onChange(isOn ? value | bit : value & ~bit)}
    />
  );
};

/** What a role allows, a switch each. */
export const PermissionSwitches = (props: Props) => (
  <div className={styles.groups}>
    {permissionGroups.map(({ title, permissions }) => (
      <section key={title} className={styles.group} aria-label={title}>
        <h4 className={styles.title}>{title}</h4>
        {permissions.map((name) => (
          <Entry key={name} name={name} {...props} />
        ))}
        {permissions.includes("ADMINISTRATOR") && hasPermission(props.value, "ADMINISTRATOR") && (
          <Callout tone="warning" title="An administrator can do everything">
            Every other permission is theirs too, in private channels as well, and a timeout doesn’t bind
            them.
          </Callout>
        )}
      </section>
    ))}
  </div>
);
