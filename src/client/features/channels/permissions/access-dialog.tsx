import { useState } from "react";

import { listChannels } from "#client/features/channels/channel-tree.ts";
import { getMemberName } from "#client/features/members/member-index.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { Select } from "#client/ui/select.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";

import { AccessTable } from "./access-table.tsx";

const everywhere = "server";

/** What a member may do in the server or in one of its channels, and why. */
export const AccessDialog = ({ member, onClose }: { member: Member; onClose: () => void }) => {
  const { serverId } = member;
  const { data = [] } = trpc.channels.list.useQuery({ serverId }, { enabled: false });
  const [place, setPlace] = useState<string>(everywhere);
  const channels = listChannels(data);
  const options = [
    { value: everywhere, label: "The server as a whole" },
    ...channels.map(({ id, type, name }) => ({ value: id, label: type === "text" ? `#${name}` : name })),
  ];
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={`What ${getMemberName(member)} may do`}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <Select<string> label="Where" options={options} value={place} onValueChange={setPlace} />
      <AccessTable
        serverId={serverId}
        channel={channels.find(({ id }) => id === place)}
        target={{ type: "member", member }}
      />
    </Dialog>
  );
};
