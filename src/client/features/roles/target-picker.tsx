/** Finds a role or a member by some letters of the name, for what is about one of them. */
import { Command } from "cmdk";
import { useState, type ReactNode } from "react";

import { getMemberName } from "#client/features/members/member-index.ts";
import { useMemberSearch } from "#client/features/members/use-member-search.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { foldText } from "#client/lib/fold-text.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Popover } from "#client/ui/popover.tsx";
import { Spinner } from "#client/ui/spinner.tsx";
import type { Member } from "#shared/contract/members.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { OverrideTarget, ServerId } from "#shared/ids.ts";

import { RoleDot } from "./role-dot.tsx";
import styles from "./target-picker.module.css";

export type Target = { type: "role"; role: Role } | { type: "member"; member: Member };

export const toOverrideTarget = (target: Target): OverrideTarget =>
  target.type === "role"
    ? { type: "role", id: target.role.id }
    : { type: "member", id: target.member.user.id };

type Props = {
  serverId: ServerId;
  /** What is looked for: "Role or member". */
  label: string;
  /** A Button that opens it. */
  trigger: ReactNode;
  /** Those to choose from; none: members alone. */
  roles: readonly Role[];
  /** Whether it can be chosen at all. */
  isOffered: (target: Target) => boolean;
  onChoose: (target: Target) => void;
};

const Item = ({ target, onChoose }: { target: Target; onChoose: () => void }) => {
  if (target.type === "role") {
    const { id, name, color } = target.role;
    return (
      <Command.Item className={styles.item} value={id} onSelect={onChoose}>
        <RoleDot color={color} />
        <span className={styles.name}>{name}</span>
      </Command.Item>
    );
  }
  const { user } = target.member;
  const name = getMemberName(target.member);
  return (
    <Command.Item className={styles.item} value={user.id} onSelect={onChoose}>
      <Avatar id={user.id} name={name} imageUrl={user.avatarUrl} size={24} />
      <span className={styles.name}>{name}</span>
      <span className={styles.handle}>@{user.username}</span>
    </Command.Item>
  );
};

const Finder = ({ serverId, label, roles, isOffered, onChoose }: Omit<Props, "trigger">) => {
  const [typed, setTyped] = useState("");
  const { members, trouble } = useMemberSearch(serverId, typed);
  const letters = foldText(typed.trim());
  const shownRoles = roles
    .filter(({ name }) => foldText(name).includes(letters))
    .map((role): Target => ({ type: "role", role }))
    .filter(isOffered);
  const shownMembers = (members ?? [])
    .map((member): Target => ({ type: "member", member }))
    .filter(isOffered);
  const groups = [
    { heading: "Roles", targets: shownRoles },
    { heading: "Members", targets: shownMembers },
  ].filter(({ targets }) => targets.length > 0);
  return (
    <Command className={styles.finder} label={label} shouldFilter={false} loop>
      <Command.Input
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was opened to be typed into
        autoFocus
        className={styles.input}
        placeholder={`Name of a ${label.toLowerCase()}`}
        value={typed}
        onValueChange={setTyped}
      />
      <Command.List className={styles.list} label={label}>
        {groups.map(({ heading, targets }) => (
          <Command.Group key={heading} className={styles.group} heading={heading}>
            {targets.map((target) => (
              <Item key={toOverrideTarget(target).id} target={target} onChoose={() => onChoose(target)} />
            ))}
          </Command.Group>
        ))}
      </Command.List>
      {!members && trouble === null && <Spinner label="Looking for members" />}
      {trouble !== null && (
        <div className={styles.note}>
          <Failure error={trouble} />
        </div>
      )}
      {members && groups.length === 0 && (
        <output className={styles.note}>Nobody and nothing to choose is called that.</output>
      )}
    </Command>
  );
};

export const TargetPicker = ({ trigger, onChoose, ...props }: Props) => {
  const [isOpen, setIsOpen] = useState(false);
  const choose = (target: Target): void => {
    setIsOpen(false);
    onChoose(target);
  };
  return (
    <Popover
      label={props.label}
      trigger={trigger}
      align="start"
      isModal
      isOpen={isOpen}
      onOpenChange={setIsOpen}
    >
      <Finder {...props} onChoose={choose} />
    </Popover>
  );
};
