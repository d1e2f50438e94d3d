import { useState } from "react";

import { SaveBar } from "#client/features/server-settings/save-bar.tsx";
import { UnsavedProvider, useLeave, useUnsaved } from "#client/features/server-settings/unsaved.tsx";
import { useRights } from "#client/features/servers/use-rights.ts";
import { Callout } from "#client/ui/callout.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { Tabs } from "#client/ui/tabs.tsx";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { ServerId } from "#shared/ids.ts";

import { AccessPart } from "./access-part.tsx";
import { AdvancedPart } from "./advanced-part.tsx";
import { Following } from "./following.tsx";
import styles from "./permissions.module.css";
import { PrivacyFields } from "./privacy-fields.tsx";
import { ShutOutDialog } from "./shut-out-dialog.tsx";
import { useIsShutOut, useOverrideEdit } from "./use-override-edit.ts";

type Props = { serverId: ServerId; channel: Channel };

const useGuardedSave = ({ serverId, channel }: Props) => {
  const edit = useOverrideEdit(channel);
  const isShutOut = useIsShutOut(serverId);
  const [isWarning, setIsWarning] = useState(false);
  useUnsaved(edit.isUnsaved);
  const warning = isWarning && (
    <ShutOutDialog name={channel.name} onClose={() => setIsWarning(false)} onConfirm={edit.save} />
  );
  const save = (): void => {
    if (isShutOut(channel, edit.draft)) setIsWarning(true);
    else void edit.save();
  };
  return { edit, save, warning };
};

const Content = ({ serverId, channel }: Props) => {
  const { edit, save, warning } = useGuardedSave({ serverId, channel });
  const [isOwn, setIsOwn] = useState(false);
  const { canIn } = useRights(serverId);
  const canChange = canIn(channel, "MANAGE_ROLES");
  const isFollowing = channel.followsCategory && !isOwn;
  const isLocked = !canChange || isFollowing;
  const privacy = (
    <PrivacyFields
      serverId={serverId}
      type={channel.type}
      draft={edit.draft}
      canChange={!isLocked}
      isFollowing={isFollowing}
      onChange={edit.change}
    />
  );
  const tabs = [
    { id: "privacy", label: "Who may come in", content: privacy },
    {
      id: "advanced",
      label: "Permissions",
      content: <AdvancedPart serverId={serverId} channel={channel} edit={edit} isLocked={isLocked} />,
    },
    { id: "access", label: "Check access", content: <AccessPart serverId={serverId} channel={channel} /> },
  ];
  return (
    <div className={styles.dialog}>
      {!canChange && (
        <Callout title="You can look, and change nothing here">
          Changing who may do what in a channel takes the permission to manage roles.
        </Callout>
      )}
      {canChange && (
        <Following serverId={serverId} channel={channel} isOwn={isOwn} onOwn={() => setIsOwn(true)} />
      )}
      <Tabs label={`Permissions of ${channel.name}`} tabs={tabs} />
      <SaveBar
        isUnsaved={edit.isUnsaved}
        isPending={edit.isSaving}
        error={edit.error}
        onSave={save}
        onReset={edit.reset}
      />
      {warning}
    </div>
  );
};

const Guarded = ({ onClose, ...props }: Props & { onClose: () => void }) => {
  const leave = useLeave();
  const { type, name } = props.channel;
  return (
    <Dialog
      isOpen
      onOpenChange={() => leave(onClose)}
      title={`Permissions of ${type === "text" ? "#" : ""}${name}`}
      size="large"
    >
      <Content {...props} />
    </Dialog>
  );
};

/** Who may do what in a channel or category, and why. */
export const PermissionsDialog = ({ serverId, channel, onClose }: Props & { onClose: () => void }) => {
  const { data: channels } = trpc.channels.list.useQuery({ serverId }, { enabled: false });
  // As it is now: others may change it too, and what is saved comes back with the events.
  const current = channels?.find(({ id }) => id === channel.id) ?? channel;
  return (
    <UnsavedProvider>
      <Guarded serverId={serverId} channel={current} onClose={onClose} />
    </UnsavedProvider>
  );
};
