import { useState } from "react";
import { useLocation } from "wouter";

import { channelPath } from "#client/features/navigation/paths.ts";
import { trpc } from "#sdk/react.ts";

import type { ChannelDialogMode, ChannelDraft } from "./channel-draft.ts";
import { toDraft, toOverrides } from "./permissions/override-draft.ts";
import { useSaveOverrides } from "./permissions/use-override-edit.ts";

type State = { kind: "idle" } | { kind: "saving" } | { kind: "failed"; error: unknown };

/** Makes the channel, or brings it to what the form says. */
export const useChannelSave = (mode: ChannelDialogMode, onDone: () => void) => {
  const [, navigate] = useLocation();
  const [state, setState] = useState<State>({ kind: "idle" });
  const create = trpc.channels.create.useMutation();
  const update = trpc.channels.update.useMutation();
  const saveOverrides = useSaveOverrides();

  const store = async ({ type, name, parentId, ...rest }: ChannelDraft): Promise<void> => {
    const isText = type === "text";
    const { topic, slowModeSeconds, overrides } = rest;
    if (mode.kind === "create") {
      const { id } = await create.mutateAsync({
        serverId: mode.serverId,
        type,
        name,
        parentId,
        ...(isText && { topic }),
        // With it from the first moment, so that it is never open to more.
        ...(overrides && { overrides: toOverrides(overrides) }),
      });
      onDone();
      if (isText) navigate(channelPath(mode.serverId, id));
      return;
    }
    const { channel } = mode;
    await update.mutateAsync({
      channelId: channel.id,
      name,
      ...(isText && { topic, slowModeSeconds }),
      ...(parentId !== channel.parentId && { parentId }),
    });
    if (overrides) await saveOverrides(channel.id, toDraft(channel.overrides), overrides);
    onDone();
  };

  const save = async (draft: ChannelDraft): Promise<void> => {
    setState({ kind: "saving" });
    try {
      await store(draft);
      setState({ kind: "idle" });
    } catch (error) {
      setState({ kind: "failed", error });
    }
  };
  return {
    save: (draft: ChannelDraft) => void save(draft),
    isPending: state.kind === "saving",
    error: state.kind === "failed" ? state.error : undefined,
  };
};
