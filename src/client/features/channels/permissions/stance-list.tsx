import { Check, Minus, X } from "lucide-react";
import { useId, type ReactNode } from "react";

import { listChannelGroups, permissionWords } from "#client/features/roles/permission-words.ts";
import { SegmentedControl } from "#client/ui/segmented-control.tsx";
import type { ChannelType } from "#shared/contract/channels.ts";
import type { OverrideTarget } from "#shared/ids.ts";
import { hasPermission, type PermissionName, type Permissions } from "#shared/permissions.ts";

import { type OverrideDraft, setStance, type Stance, stanceOf } from "./override-draft.ts";
import styles from "./permissions.module.css";

const options: { value: Stance; label: string; icon: ReactNode }[] = [
  { value: "deny", label: "Deny", icon: <X /> },
  { value: "inherit", label: "Inherit", icon: <Minus /> },
  { value: "allow", label: "Allow", icon: <Check /> },
];

type Props = {
  type: ChannelType;
  target: OverrideTarget;
  draft: OverrideDraft;
  /** What the caller may do in this channel, and so may give and take. */
  ownBits: Permissions;
  isLocked: boolean;
  onChange: (draft: OverrideDraft) => void;
};

const Entry = ({ name, target, draft, ownBits, isLocked, onChange }: Props & { name: PermissionName }) => {
  const id = useId();
  const { label, allows } = permissionWords[name];
  const isLacking = !hasPermission(ownBits, name);
  const stance = stanceOf(draft, target, name);
  return (
    <li className={styles.stance} data-stance={stance}>
      <div className={styles.words}>
        <p className={styles.label}>{label}</p>
        <p className={styles.muted} id={id}>
          {allows}
          {isLacking && <em className={styles.reason}> You don’t have it here, so you can’t change it.</em>}
        </p>
      </div>
      <SegmentedControl
        label={label}
        options={options}
        value={stance}
        isDisabled={isLocked || isLacking}
        describedBy={id}
        onValueChange={(next) => onChange(setStance(draft, { target, permission: name }, next))}
      />
    </li>
  );
};

/** What somebody may and may not do in a channel, against what they may in the server. */
export const StanceList = (props: Props) => (
  <div className={styles.groups}>
    {listChannelGroups(props.type).map(({ title, permissions }) => (
      <section key={title} aria-label={title}>
        <h4 className={styles.group}>{title}</h4>
        <ul>
          {permissions.map((name) => (
            <Entry key={name} name={name} {...props} />
          ))}
        </ul>
      </section>
    ))}
  </div>
);
