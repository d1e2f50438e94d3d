import { useState } from "react";
import { useLocation } from "wouter";

import { channelPath } from "#client/features/navigation/paths.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { useInitialFocus } from "#client/lib/use-initial-focus.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { SegmentedControl } from "#client/ui/segmented-control.tsx";
import { Select } from "#client/ui/select.tsx";
import { TextArea } from "#client/ui/text-area.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { trpc } from "#sdk/react.ts";
import type { Channel, ChannelType } from "#shared/contract/channels.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";

import { ChannelIcon } from "./channel-icon.tsx";

export type ChannelDialogMode =
  | { kind: "create"; serverId: ServerId; type: ChannelType; parentId?: ChannelId }
  | { kind: "edit"; serverId: ServerId; channel: Channel };

type Draft = { type: ChannelType; name: string; topic: string; parentId: ChannelId | null };

const { channelName, channelTopic } = limits;

const createDraft = (mode: ChannelDialogMode): Draft =>
  mode.kind === "edit"
    ? { ...mode.channel, topic: mode.channel.topic ?? "" }
    : { type: mode.type, name: "", topic: "", parentId: mode.parentId ?? null };

const findFault = ({ name, topic }: Draft): "name" | "topic" | undefined => {
  if (name.trim() === "" || name.trim().length > channelName.maxLength) return "name";
  return topic.trim().length > channelTopic.maxLength ? "topic" : undefined;
};

const getTitle = (mode: ChannelDialogMode, type: ChannelType): string => {
  const noun = type === "category" ? "category" : "channel";
  return mode.kind === "create" ? `Create a ${noun}` : `Edit ${noun}`;
};

const useSave = (mode: ChannelDialogMode, onClose: () => void) => {
  const [, navigate] = useLocation();
  const create = trpc.channels.create.useMutation({
    onSuccess: ({ id, type }) => {
      onClose();
      if (type === "text") navigate(channelPath(mode.serverId, id));
    },
  });
  const update = trpc.channels.update.useMutation({ onSuccess: onClose });
  const save = ({ type, name, topic, parentId }: Draft): void => {
    const hasTopic = type === "text";
    if (mode.kind === "edit") {
      const isMoved = parentId !== mode.channel.parentId;
      const place = isMoved ? { parentId } : {};
      update.mutate({ channelId: mode.channel.id, name, ...(hasTopic && { topic }), ...place });
    } else create.mutate({ serverId: mode.serverId, type, name, parentId, ...(hasTopic && { topic }) });
  };
  return { save, isPending: create.isPending || update.isPending, error: create.error ?? update.error };
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

type FieldsProps = { draft: Draft; onChange: (part: Partial<Draft>) => void };

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

/** Makes a channel or a category, or changes one. */
export const ChannelDialog = ({ mode, onClose }: { mode: ChannelDialogMode; onClose: () => void }) => {
  const [draft, setDraft] = useState(() => createDraft(mode));
  const [isTried, setIsTried] = useState(false);
  const { save, isPending, error } = useSave(mode, onClose);
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const fields = { draft, onChange: change };
  const submit = (): void => {
    setIsTried(true);
    if (findFault(draft) === undefined && !isPending) save(draft);
  };
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
            {mode.kind === "create" ? getTitle(mode, draft.type).replace(" a ", " ") : "Save"}
          </Button>
        </>
      }
    >
      {error && <Callout tone="danger" title={errorText(error)} />}
      {mode.kind === "create" && draft.type !== "category" && (
        <SegmentedControl
          label="Kind of channel"
          options={[
            { value: "text", label: "Text", icon: <ChannelIcon type="text" /> },
            { value: "voice", label: "Voice", icon: <ChannelIcon type="voice" /> },
          ]}
          value={draft.type}
          onValueChange={(type) => change({ type })}
        />
      )}
      <NameField {...fields} isTried={isTried} />
      {draft.type === "text" && <TopicField {...fields} />}
      {draft.type !== "category" && <CategoryField {...fields} serverId={mode.serverId} />}
    </Dialog>
  );
};
