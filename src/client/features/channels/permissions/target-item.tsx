import type { ReactNode } from "react";

import { RoleDot } from "#client/features/roles/role-dot.tsx";
import { Avatar } from "#client/ui/avatar.tsx";
import type { OverrideTarget } from "#shared/ids.ts";

import styles from "./permissions.module.css";
import type { Targets } from "./use-target-names.ts";

/** A role or a member by name, with what can be done. */
export const TargetName = ({ target, targets }: { target: OverrideTarget; targets: Targets }) => {
  const name = targets.getName(target);
  const member = targets.findMember(target);
  return (
    <>
      {target.type === "role" ? (
        <RoleDot color={targets.findRole(target)?.color ?? null} />
      ) : (
        <Avatar id={target.id} name={name} imageUrl={member?.user.avatarUrl ?? null} size={24} />
      )}
      <span className={styles.name}>{name}</span>
    </>
  );
};

export const TargetItem = ({
  children,
  ...props
}: {
  target: OverrideTarget;
  targets: Targets;
  children?: ReactNode;
}) => (
  <li className={styles.target}>
    <TargetName {...props} />
    {children}
  </li>
);
