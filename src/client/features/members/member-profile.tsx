import { PencilLine, ShieldQuestionMark } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";

import { useTextColor } from "#client/features/roles/use-roles.ts";
import { useRights } from "#client/features/servers/use-rights.ts";
import { useOpenSettings } from "#client/features/settings/settings-context.tsx";
import { useSessionState } from "#client/features/session/together-context.tsx";
import { cx } from "#client/lib/cx.ts";
import { formatUntil } from "#client/lib/time.ts";
import { phoneQuery, useMediaQuery } from "#client/lib/use-media-query.ts";
import { Avatar, presenceLabels } from "#client/ui/avatar.tsx";
import { Tag } from "#client/ui/badge.tsx";
import { Button } from "#client/ui/button.tsx";
import { Popover } from "#client/ui/popover.tsx";
import { Skeleton } from "#client/ui/skeleton.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { UserRef } from "#shared/contract/users.ts";
import type { ServerId } from "#shared/ids.ts";

import styles from "./member-profile.module.css";
import { RoleEditor } from "./role-chips.tsx";
import { useTimeoutEnd } from "./timeouts.ts";
import { useMemberActions } from "./use-member-actions.tsx";
import { useMember, usePresence } from "./use-members.ts";

const AccessDialog = lazy(() =>
  import("#client/features/channels/permissions/access-dialog.tsx").then((module) => ({
    default: module.AccessDialog,
  })),
);

const dateFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });

const TimeoutFact = ({ member }: { member: Member }) => {
  const endMs = useTimeoutEnd(member);
  return (
    endMs !== undefined && (
      <div className={styles.timeout}>
        <dt>Timed out</dt>
        <dd>Until {formatUntil(endMs)}</dd>
      </div>
    )
  );
};

const Facts = ({
  customStatus,
  member,
}: {
  customStatus: string | null | undefined;
  member: Member | undefined;
}) => (
  <dl className={styles.facts}>
    {customStatus !== null && customStatus !== undefined && (
      <div>
        <dt>Status</dt>
        <dd>{customStatus}</dd>
      </div>
    )}
    {member && <TimeoutFact member={member} />}
    {member && (
      <div>
        <dt>Member since</dt>
        <dd>{dateFormat.format(new Date(member.joinedAt))}</dd>
      </div>
    )}
  </dl>
);

const OwnActions = ({ onDone }: { onDone: () => void }) => {
  const openSettings = useOpenSettings();
  const edit = (): void => {
    onDone();
    openSettings("profile");
  };
  return (
    <Button isWide icon={<PencilLine />} onClick={edit}>
      Edit profile
    </Button>
  );
};

/** For whoever could change it. */
const AccessCheck = ({ member }: { member: Member }) => {
  const { can } = useRights(member.serverId);
  const [isOpen, setIsOpen] = useState(false);
  if (!can("MANAGE_ROLES")) return null;
  return (
    <>
      <Button size="small" isWide icon={<ShieldQuestionMark />} onClick={() => setIsOpen(true)}>
        Check access
      </Button>
      {isOpen && (
        <Suspense>
          <AccessDialog member={member} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
};

const useProfile = (serverId: ServerId, user: UserRef) => {
  const member = useMember(serverId, user.id);
  const { data: loaded, isPending } = trpc.users.get.useQuery({ userId: user.id }, { enabled: !member });
  const known = member?.user ?? loaded;
  const ownName = known?.displayName ?? user.displayName;
  return { member, known, isLoading: !known && isPending, ownName, name: member?.nickname ?? ownName };
};

const Names = ({ serverId, user }: { serverId: ServerId; user: UserRef }) => {
  const { member, name, ownName } = useProfile(serverId, user);
  const getColor = useTextColor(serverId);
  const words = [
    `@${user.username}`,
    ...(name === ownName ? [] : [ownName]),
    presenceLabels[usePresence(user.id)],
  ];
  return (
    <div>
      <h3 className={styles.name}>
        <span style={{ color: member && getColor(member.roleIds) }}>{name}</span> {user.bot && <Tag>Bot</Tag>}
      </h3>
      <p className={styles.handle}>{words.join(" · ")}</p>
    </div>
  );
};

type CardProps = {
  serverId: ServerId;
  user: UserRef;
  /** As wide as what is around it. */
  isWide?: boolean;
  /** Before another dialog opens. */
  onDone: () => void;
};

export const ProfileCard = ({ serverId, user, isWide = false, onDone }: CardProps) => {
  const session = useSessionState();
  const { member, known, isLoading, name } = useProfile(serverId, user);
  const presence = usePresence(user.id);
  const actions = useMemberActions(serverId);
  const isOwn = session.kind === "signed-in" && session.user.id === user.id;
  const items = member ? actions.getItems(member) : [];
  return (
    <div className={cx(styles.profile, isWide && styles.wide)}>
      <div className={styles.top}>
        <Avatar id={user.id} name={name} imageUrl={user.avatarUrl} size={80} presence={presence} />
      </div>
      <Names serverId={serverId} user={user} />
      {isLoading ? <Skeleton width="60%" /> : <Facts customStatus={known?.customStatus} member={member} />}
      {member && <RoleEditor member={member} />}
      {isOwn && <OwnActions onDone={onDone} />}
      {member && <AccessCheck member={member} />}
      {items.length > 0 && (
        <div className={styles.actions}>
          {items.map(({ label, icon, isDanger, onSelect }) => (
            <Button key={label} size="small" icon={icon} data-danger={isDanger} onClick={onSelect}>
              {label}
            </Button>
          ))}
        </div>
      )}
      {actions.dialogs}
    </div>
  );
};

export type MemberProfileProps = {
  serverId: ServerId;
  user: UserRef;
  /** The button that opens it. */
  trigger: ReactNode;
  /** On a phone there is room below alone. Default: "right". */
  side?: "top" | "right" | "bottom" | "left";
};

/** Who somebody is, beside their name. */
export const MemberProfile = ({ serverId, user, trigger, side = "right" }: MemberProfileProps) => {
  const [isOpen, setIsOpen] = useState(false);
  const isPhone = useMediaQuery(phoneQuery);
  return (
    <Popover
      label={`Profile of ${user.displayName}`}
      trigger={trigger}
      side={isPhone ? "bottom" : side}
      align="start"
      isOpen={isOpen}
      onOpenChange={setIsOpen}
    >
      <ProfileCard serverId={serverId} user={user} onDone={() => setIsOpen(false)} />
    </Popover>
  );
};
