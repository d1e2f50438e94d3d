import { ShieldHalf } from "lucide-react";
import { useState } from "react";

import { useRights } from "#client/features/servers/use-rights.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { useInitialFocus } from "#client/lib/use-initial-focus.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { SegmentedControl } from "#client/ui/segmented-control.tsx";
import { Select } from "#client/ui/select.tsx";
import { TextArea } from "#client/ui/text-area.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { trpc } from "#sdk/react.ts";
import type { Channel, ChannelType } from "#shared/contract/channels.ts";
import type { ServerId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";

import {
  type ChannelDialogMode,
  type ChannelDraft,
  createDraft,
  findFault,
  listSlowModes,
} from "./channel-draft.ts";
import { ChannelIcon } from "./channel-icon.tsx";
import { type OverrideDraft, toDraft } from "./permissions/override-draft.ts";
import { PermissionsDialog } from "./permissions/permissions-dialog.tsx";
import { PrivacyFields } from "./permissions/privacy-fields.tsx";
import { ShutOutDialog } from "./permissions/shut-out-dialog.tsx";
import { useIsShutOut } from "./permissions/use-override-edit.ts";
import { type Targets, useTargets } from "./permissions/use-target-names.ts";
import { useChannelSave } from "./use-channel-save.ts";

const { channelName, channelTopic } = limits;

const getTitle = (mode: ChannelDialogMode, type: ChannelType): string => {
  const noun = type === "category" ? "category" : "channel";
  return mode.kind === "create" ? `Create a ${noun}` : `Edit ${noun}`;
};

const noCategory = "none";

const CategoryField = ({ serverId, draft, onChange }: FieldsProps & { serverId: ServerId }) => {
  const { data: channels = [] } = trpc.channels.list.useQuery({ serverId });
  const categories = channels.filter(({ type }) => type === "category");
  if (categories.length === 0) return null;
  const options = [
    { value: noCategory, label: "No category" },
    ...categories.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <Select<string>
      label="Category"
      options={options}
      value={draft.parentId ?? noCategory}
      onValueChange={(value) => onChange({ parentId: categories.find(({ id }) => id === value)?.id ?? null })}
    />
  );
};

type FieldsProps = { draft: ChannelDraft; onChange: (part: Partial<ChannelDraft>) => void };

const NameField = ({ draft, isTried, onChange }: FieldsProps & { isTried: boolean }) => (
  <TextField
    ref={useInitialFocus<HTMLInputElement>()}
    label={draft.type === "category" ? "Category name" : "Channel name"}
    value={draft.name}
    limit={channelName.maxLength}
    icon={<ChannelIcon type={draft.type} />}
    autoComplete="off"
    error={isTried && draft.name.trim() === "" ? "Give it a name." : undefined}
    onChange={(event) => onChange({ name: event.target.value })}
  />
);

const TopicField = ({ draft, onChange }: FieldsProps) => (
  <TextArea
    label="Topic (optional)"
    value={draft.topic}
    limit={channelTopic.maxLength}
    minRows={2}
    hint="What this channel is about; it stands over the conversation."
    onChange={(event) => onChange({ topic: event.target.value })}
  />
);

const SlowModeField = ({ draft, onChange }: FieldsProps) => (
  <Select<string>
    label="Slow mode"
    hint="How long everybody waits between two of their messages. Whoever may skip it doesn’t."
    options={listSlowModes(draft.slowModeSeconds)}
    value={String(draft.slowModeSeconds)}
    onValueChange={(value) => onChange({ slowModeSeconds: Number(value) })}
  />
);

/** Of its category's, what the caller may say of a new channel: the server refuses the rest. */
const inherit = (
  category: Channel | undefined,
  targets: Targets,
  rights: ReturnType<typeof useRights>,
): OverrideDraft => {
  if (!category) return [];
  const bits = rights.bitsIn(category);
  return toDraft(category.overrides)
    .filter(({ target }) => targets.isReachable(target, rights))
    .map(({ target, allow, deny }) => ({ target, allow: allow & bits, deny: deny & bits }));
};

const PrivacyPart = ({ mode, draft, onChange }: FieldsProps & { mode: ChannelDialogMode }) => {
  const { serverId } = mode;
  const rights = useRights(serverId);
  const targets = useTargets(serverId);
  const { data: channels = [] } = trpc.channels.list.useQuery({ serverId });
  const category = channels.find(({ id }) => id === draft.parentId);
  const place = mode.kind === "edit" ? mode.channel : category;
  const canChange = place ? rights.canIn(place, "MANAGE_ROLES") : rights.can("MANAGE_ROLES");
  const stored = mode.kind === "edit" ? toDraft(mode.channel.overrides) : inherit(category, targets, rights);
  return (
    <PrivacyFields
      serverId={serverId}
      type={draft.type}
      draft={draft.overrides ?? stored}
      canChange={canChange}
      onChange={(overrides) => onChange({ overrides })}
    />
  );
};

const Advanced = ({ serverId, channel }: { serverId: ServerId; channel: Channel }) => {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div>
      <Button icon={<ShieldHalf />} onClick={() => setIsOpen(true)}>
        All permissions…
      </Button>
      {isOpen && <PermissionsDialog serverId={serverId} channel={channel} onClose={() => setIsOpen(false)} />}
    </div>
  );
};

/** Asks first where the caller would not see the channel any more. */
const useGuard = (mode: ChannelDialogMode, draft: ChannelDraft): (() => boolean) => {
  const isShutOut = useIsShutOut(mode.serverId);
  return () =>
    mode.kind === "edit" && draft.overrides !== undefined && isShutOut(mode.channel, draft.overrides);
};

type Props = { mode: ChannelDialogMode; onClose: () => void };

const Fields = ({ mode, isTried, ...fields }: FieldsProps & Pick<Props, "mode"> & { isTried: boolean }) => {
  const { type } = fields.draft;
  const { serverId } = mode;
  return (
    <>
      {mode.kind === "create" && type !== "category" && (
        <SegmentedControl
          label="Kind of channel"
          options={[
            { value: "text", label: "Text", icon: <ChannelIcon type="text" /> },
            { value: "voice", label: "Voice", icon: <ChannelIcon type="voice" /> },
          ]}
          value={type}
          onValueChange={(chosen) => fields.onChange({ type: chosen })}
        />
      )}
      <NameField {...fields} isTried={isTried} />
      {type === "text" && <TopicField {...fields} />}
      {type !== "category" && <CategoryField {...fields} serverId={serverId} />}
      {type === "text" && mode.kind === "edit" && <SlowModeField {...fields} />}
      <PrivacyPart mode={mode} {...fields} />
      {mode.kind === "edit" && <Advanced serverId={serverId} channel={mode.channel} />}
    </>
  );
};

/** Makes a channel or a category, or changes one. */
export const ChannelDialog = ({ mode, onClose }: Props) => {
  const [draft, setDraft] = useState(() => createDraft(mode));
  const [isTried, setIsTried] = useState(false);
  const [isWarning, setIsWarning] = useState(false);
  const { save, isPending, error } = useChannelSave(mode, onClose);
  const isShutOut = useGuard(mode, draft);
  const submit = (): void => {
    setIsTried(true);
    if (findFault(draft) !== undefined || isPending) return;
    if (isShutOut()) setIsWarning(true);
    else save(draft);
  };
  const isCreating = mode.kind === "create";
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={getTitle(mode, draft.type)}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" isPending={isPending}>
            {isCreating ? getTitle(mode, draft.type).replace(" a ", " ") : "Save"}
          </Button>
        </>
      }
    >
      {error !== undefined && <Failure error={error} />}
      <Fields
        mode={mode}
        draft={draft}
        isTried={isTried}
        // A new channel in another category begins anew with what that one says.
        onChange={(part) =>
          setDraft({ ...draft, ...("parentId" in part && isCreating && { overrides: undefined }), ...part })
        }
      />
      {isWarning && (
        <ShutOutDialog name={draft.name} onClose={() => setIsWarning(false)} onConfirm={() => save(draft)} />
      )}
    </Dialog>
  );
};
