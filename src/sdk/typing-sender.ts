import type { ChannelId } from "#shared/ids.ts";
import { timing } from "#shared/limits.ts";
import type { TogetherClient } from "./client.ts";

export interface TypingSender {
  /** Call on every key: the others are told at most as often as the server passes it on. */
  typed: (channelId: ChannelId) => void;
}

/** More channels than anyone types in within one interval. */
const maxRemembered = 50;

/** Tells the others that the caller types. A failure is of no consequence, and nobody hears of it. */
export const createTypingSender = ({ client }: { client: Pick<TogetherClient, "api"> }): TypingSender => {
  const toldAtMs = new Map<ChannelId, number>();
  return {
    typed: (channelId) => {
      const nowMs = Date.now();
      const lastMs = toldAtMs.get(channelId);
      if (lastMs !== undefined && nowMs - lastMs < timing.typingRepeatMs) return;
      if (toldAtMs.size >= maxRemembered) toldAtMs.clear();
      toldAtMs.set(channelId, nowMs);
      client.api.typing.start.mutate({ channelId }).catch(() => undefined);
    },
  };
};
