import { useState, type ReactNode } from "react";

import { Failure } from "#client/features/session/failure.tsx";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { Select } from "#client/ui/select.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";

import { getMemberName } from "./member-index.ts";
import { isReasonTooLong, ReasonField } from "./reason-field.tsx";

const hourSeconds = 60 * 60;

const deletions = [
  { value: "nothing", label: "None", seconds: 0, words: "" },
  { value: "hour", label: "Of the last hour", seconds: hourSeconds, words: "of the last hour" },
  { value: "day", label: "Of the last day", seconds: 24 * hourSeconds, words: "of the last day" },
  { value: "week", label: "Of the last 7 days", seconds: 7 * 24 * hourSeconds, words: "of the last 7 days" },
] as const;

type Deletion = (typeof deletions)[number];

type Props = { member: Member; onClose: () => void };

const useServerName = ({ serverId }: Member): string =>
  trpc.servers.get.useQuery({ serverId }, { enabled: false }).data?.name ?? "this server";

type FrameProps = Props & {
  verb: string;
  title: string;
  error: unknown;
  isPending: boolean;
  canSubmit: boolean;
  onSubmit: () => void;
  children: ReactNode;
};

const Frame = ({ title, verb, error, isPending, canSubmit, onSubmit, onClose, children }: FrameProps) => (
  <Dialog
    isOpen
    onOpenChange={onClose}
    title={title}
    onSubmit={() => {
      if (canSubmit && !isPending) onSubmit();
    }}
    footer={
      <>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="danger" type="submit" isPending={isPending}>
          {verb}
        </Button>
      </>
    }
  >
    {error !== null && <Failure error={error} />}
    {children}
  </Dialog>
);

export const KickDialog = ({ member, onClose }: Props) => {
  const { serverId, user } = member;
  const [reason, setReason] = useState("");
  const name = getMemberName(member);
  const serverName = useServerName(member);
  const kick = trpc.members.kick.useMutation({
    onSuccess: () => {
      toast.success(`${name} is no longer a member of ${serverName}.`);
      onClose();
    },
  });
  return (
    <Frame
      member={member}
      title={`Kick ${name} from ${serverName}?`}
      verb={`Kick ${name}`}
      error={kick.error}
      isPending={kick.isPending}
      canSubmit={!isReasonTooLong(reason)}
      onSubmit={() => kick.mutate({ serverId, userId: user.id, reason })}
      onClose={onClose}
    >
      <p>
        <strong>{name}</strong> loses access to {serverName} and their roles here at once, and can come back
        with an invite. What they wrote stays.
      </p>
      <ReasonField value={reason} onChange={setReason} />
    </Frame>
  );
};

const Loss = ({ name, serverName, deletion }: { name: string; serverName: string; deletion: Deletion }) => (
  <p aria-live="polite">
    <strong>{name}</strong> loses access to {serverName} and their roles here at once, and no invite brings
    them back until the ban is lifted.{" "}
    {deletion.seconds === 0 ? (
      "What they wrote stays."
    ) : (
      <strong>
        Their messages {deletion.words} are deleted in every channel, for everyone and for good.
      </strong>
    )}
  </p>
);

export const BanDialog = ({ member, onClose }: Props) => {
  const { serverId, user } = member;
  const [reason, setReason] = useState("");
  const [chosen, setChosen] = useState<Deletion["value"]>("nothing");
  const deletion = deletions.find(({ value }) => value === chosen) ?? deletions[0];
  const name = getMemberName(member);
  const serverName = useServerName(member);
  const ban = trpc.members.ban.useMutation({
    onSuccess: () => {
      toast.success(`${name} is banned from ${serverName}.`);
      onClose();
    },
  });
  return (
    <Frame
      member={member}
      title={`Ban ${name} from ${serverName}?`}
      verb={`Ban ${name}`}
      error={ban.error}
      isPending={ban.isPending}
      canSubmit={!isReasonTooLong(reason)}
      onSubmit={() =>
        ban.mutate({ serverId, userId: user.id, reason, deleteMessageSeconds: deletion.seconds })
      }
      onClose={onClose}
    >
      <Loss name={name} serverName={serverName} deletion={deletion} />
      <Select label="Delete messages" options={deletions} value={chosen} onValueChange={setChosen} />
      <ReasonField value={reason} onChange={setReason} />
    </Frame>
  );
};
