import { Ellipsis, KeyRound, Power, PowerOff, ShieldMinus, ShieldPlus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { useOpenSettings } from "#client/features/settings/settings-context.tsx";
import { useMe } from "#client/features/users/use-me.ts";
import { formatDayInText, formatRelative } from "#client/lib/time.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Tag } from "#client/ui/badge.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { ListItem } from "#client/ui/item-list.tsx";
import { DropdownMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Account } from "#shared/contract/instance.ts";

import type { AccountDeed } from "./account-dialogs.tsx";
import styles from "./admin.module.css";

const serversText = (count: number): string => (count === 1 ? "owns a server" : `owns ${count} servers`);

const getFacts = ({ user, email, createdAt, lastSeenAt, ownedServers }: Account): string =>
  [
    `@${user.username}`,
    email,
    `since ${formatDayInText(createdAt)}`,
    lastSeenAt === null ? "never signed in" : `seen ${formatRelative(lastSeenAt)}`,
    ownedServers > 0 ? serversText(ownedServers) : null,
  ]
    .filter((fact) => fact !== null)
    .join(" · ");

/** Switching on again loses nothing, and so asks nothing. */
const useEnable = () => {
  const utils = trpc.useUtils();
  return trpc.admin.setDisabled.useMutation({
    onSuccess: () => utils.admin.invalidate(),
    onError: (error) => toast.error(errorText(error)),
  });
};

type OnChoose = (deed: AccountDeed) => void;

/** Of one's own account the settings do the rest: nobody locks themselves out from here. */
const useOwnItems = (account: Account, onChoose: OnChoose): readonly MenuEntry[] => {
  const openSettings = useOpenSettings();
  return [
    {
      kind: "item",
      label: "Password and deletion",
      icon: <KeyRound />,
      onSelect: () => openSettings("account"),
    },
    {
      kind: "item",
      label: "Stop being an administrator…",
      icon: <ShieldMinus />,
      onSelect: () => onChoose({ kind: "remove-admin", account }),
    },
  ];
};

const useItems = (account: Account, onChoose: OnChoose): readonly MenuEntry[] => {
  const { mutate } = useEnable();
  const { user, isAdmin, disabledAt } = account;
  const item = (
    kind: AccountDeed["kind"],
    label: string,
    look: { icon: ReactNode; isDanger?: boolean },
  ): MenuEntry => ({ kind: "item", label, ...look, onSelect: () => onChoose({ kind, account }) });
  const power: MenuEntry =
    disabledAt === null
      ? item("disable", "Switch off…", { icon: <PowerOff /> })
      : {
          kind: "item",
          label: "Switch on again",
          icon: <Power />,
          onSelect: () => mutate({ userId: user.id, isDisabled: false }),
        };
  const admin = isAdmin
    ? item("remove-admin", "Remove as administrator…", { icon: <ShieldMinus /> })
    : item("make-admin", "Make administrator…", { icon: <ShieldPlus /> });
  return [
    // Who cannot sign in cannot govern.
    ...(isAdmin || disabledAt === null ? [admin] : []),
    item("reset", "Link for a new password…", { icon: <KeyRound /> }),
    { kind: "separator" },
    power,
    item("delete", "Delete account…", { icon: <Trash2 />, isDanger: true }),
  ];
};

type Props = { account: Account; onChoose: OnChoose };

const Menu = ({ account, items }: { account: Account; items: readonly MenuEntry[] }) => (
  <DropdownMenu items={items}>
    <IconButton label={`Actions for ${account.user.displayName}`} icon={<Ellipsis />} />
  </DropdownMenu>
);

const OwnMenu = ({ account, onChoose }: Props) => (
  <Menu account={account} items={useOwnItems(account, onChoose)} />
);

const OthersMenu = ({ account, onChoose }: Props) => (
  <Menu account={account} items={useItems(account, onChoose)} />
);

export const AccountItem = (props: Props) => {
  const { account } = props;
  const { user, isAdmin, disabledAt } = account;
  const isOwn = useMe().id === user.id;
  return (
    <ListItem
      picture={<Avatar id={user.id} name={user.displayName} imageUrl={user.avatarUrl} size={40} />}
      title={
        <span className={styles.named}>
          {user.displayName}
          <span className={styles.tags}>
            {isOwn && <Tag>You</Tag>}
            {isAdmin && <Tag>Administrator</Tag>}
            {disabledAt !== null && <Tag tone="danger">Switched off</Tag>}
          </span>
        </span>
      }
      actions={isOwn ? <OwnMenu {...props} /> : <OthersMenu {...props} />}
    >
      {getFacts(account)}
    </ListItem>
  );
};
