import { useState } from "react";

import { useStanding } from "#client/features/servers/use-rights.ts";
import { channelPermissionsOf } from "#sdk/query-cache/index.ts";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";
import { formatPermissions, hasPermission } from "#shared/permissions.ts";

import { listSteps, type OverrideDraft, toDraft, toOverrides } from "./override-draft.ts";

/** Brings a channel's overrides to what is wanted, one after the other. */
export const useSaveOverrides = () => {
  const set = trpc.channels.setOverride.useMutation();
  const remove = trpc.channels.removeOverride.useMutation();
  return async (channelId: ChannelId, before: OverrideDraft, after: OverrideDraft): Promise<void> => {
    for (const step of listSteps(before, after)) {
      if (step.kind === "remove") await remove.mutateAsync({ channelId, target: step.target });
      else {
        const { target, allow, deny } = step.override;
        await set.mutateAsync({
          channelId,
          target,
          allow: formatPermissions(allow),
          deny: formatPermissions(deny),
        });
      }
    }
  };
};

/** Whether the caller would not see the channel any more with these overrides. */
export const useIsShutOut = (serverId: ServerId): ((channel: Channel, draft: OverrideDraft) => boolean) => {
  const standing = useStanding(serverId);
  return (channel, draft) =>
    standing !== undefined &&
    !hasPermission(
      channelPermissionsOf(standing, { ...channel, overrides: toOverrides(draft) }),
      "VIEW_CHANNEL",
    );
};

type State = { kind: "idle" } | { kind: "saving" } | { kind: "failed"; error: unknown };

/** A channel's overrides while they are changed; what others change shows through until then. */
export const useOverrideEdit = (channel: Channel) => {
  const [changed, setChanged] = useState<OverrideDraft>();
  const [state, setState] = useState<State>({ kind: "idle" });
  const saveOverrides = useSaveOverrides();
  const stored = toDraft(channel.overrides);
  const draft = changed ?? stored;
  const reset = (): void => {
    setChanged(undefined);
    setState({ kind: "idle" });
  };
  const save = async (): Promise<void> => {
    setState({ kind: "saving" });
    try {
      await saveOverrides(channel.id, stored, draft);
      reset();
    } catch (error) {
      setState({ kind: "failed", error });
    }
  };
  return {
    draft,
    change: setChanged,
    isUnsaved: listSteps(stored, draft).length > 0,
    isSaving: state.kind === "saving",
    error: state.kind === "failed" ? state.error : undefined,
    reset,
    save,
  };
};

export type OverrideEdit = ReturnType<typeof useOverrideEdit>;
