/** What the form of a channel holds. Pure. */
import type { Channel, ChannelType } from "#shared/contract/channels.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";

import type { OverrideDraft } from "./permissions/override-draft.ts";

export type ChannelDialogMode =
  | { kind: "create"; serverId: ServerId; type: ChannelType; parentId?: ChannelId }
  | { kind: "edit"; serverId: ServerId; channel: Channel };

export type ChannelDraft = {
  type: ChannelType;
  name: string;
  topic: string;
  parentId: ChannelId | null;
  slowModeSeconds: number;
  /** Undefined while nothing of it is changed: a new channel then follows its category. */
  overrides?: OverrideDraft | undefined;
};

const { channelName, channelTopic } = limits;

export const createDraft = (mode: ChannelDialogMode): ChannelDraft => {
  if (mode.kind === "create") {
    const { type, parentId = null } = mode;
    return { type, name: "", topic: "", parentId, slowModeSeconds: 0 };
  }
  const { type, name, topic, parentId, slowModeSeconds } = mode.channel;
  return { type, name, topic: topic ?? "", parentId, slowModeSeconds };
};

export const findFault = ({ name, topic }: ChannelDraft): "name" | "topic" | undefined => {
  if (name.trim() === "" || name.trim().length > channelName.maxLength) return "name";
  return topic.trim().length > channelTopic.maxLength ? "topic" : undefined;
};

const minute = 60;
const hour = 60 * minute;

const slowModes: readonly { seconds: number; label: string }[] = [
  { seconds: 0, label: "Off" },
  { seconds: 5, label: "5 seconds" },
  { seconds: 10, label: "10 seconds" },
  { seconds: 30, label: "30 seconds" },
  { seconds: minute, label: "1 minute" },
  { seconds: 2 * minute, label: "2 minutes" },
  { seconds: 5 * minute, label: "5 minutes" },
  { seconds: 10 * minute, label: "10 minutes" },
  { seconds: 30 * minute, label: "30 minutes" },
  { seconds: hour, label: "1 hour" },
  { seconds: 2 * hour, label: "2 hours" },
  { seconds: limits.slowModeMaxSeconds, label: "6 hours" },
];

/** The choices, and beside them one that another program has set. */
export const listSlowModes = (current: number): { value: string; label: string }[] => {
  const isKnown = slowModes.some(({ seconds }) => seconds === current);
  const all = isKnown ? slowModes : [...slowModes, { seconds: current, label: `${current} seconds` }];
  return all
    .toSorted((a, b) => a.seconds - b.seconds)
    .map(({ seconds, label }) => ({ value: String(seconds), label }));
};
