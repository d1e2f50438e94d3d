import { Crown, Ellipsis, SquareArrowOutUpRight, Trash2 } from "lucide-react";
import { useLocation } from "wouter";

import { serverPath } from "#client/features/navigation/paths.ts";
import { formatDayInText } from "#client/lib/time.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { ListItem } from "#client/ui/item-list.tsx";
import { DropdownMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { trpc } from "#sdk/react.ts";
import type { ServerSummary } from "#shared/contract/instance.ts";

import type { ServerDeed } from "./instance-server-dialogs.tsx";

const count = (amount: number, one: string, many: string): string =>
  `${amount.toLocaleString()} ${amount === 1 ? one : many}`;

const getFacts = ({ owner, members, channels, createdAt }: ServerSummary): string =>
  [
    `owned by ${owner.displayName} (@${owner.username})`,
    count(members, "member", "members"),
    count(channels, "channel", "channels"),
    `since ${formatDayInText(createdAt)}`,
  ].join(" · ");

type Props = { server: ServerSummary; onChoose: (deed: ServerDeed) => void };

export const ServerItem = ({ server, onChoose }: Props) => {
  const [, navigate] = useLocation();
  const { data: own } = trpc.servers.list.useQuery();
  const isMember = own?.some(({ id }) => id === server.id) === true;
  const open: MenuEntry = {
    kind: "item",
    label: "Open",
    icon: <SquareArrowOutUpRight />,
    onSelect: () => navigate(serverPath(server.id)),
  };
  const items: MenuEntry[] = [
    // Governing is no membership: what is said in a server is its members' alone.
    ...(isMember ? [open] : []),
    {
      kind: "item",
      label: "Transfer ownership…",
      icon: <Crown />,
      onSelect: () => onChoose({ kind: "transfer", server }),
    },
    {
      kind: "item",
      label: "Delete server…",
      icon: <Trash2 />,
      isDanger: true,
      onSelect: () => onChoose({ kind: "delete", server }),
    },
  ];
  return (
    <ListItem
      picture={<Avatar id={server.id} name={server.name} size={40} shape="square" />}
      title={server.name}
      actions={
        <DropdownMenu items={items}>
          <IconButton label={`Actions for ${server.name}`} icon={<Ellipsis />} />
        </DropdownMenu>
      }
    >
      {getFacts(server)}
    </ListItem>
  );
};
