import { useState } from "react";

import type { ChannelRights } from "#client/features/servers/use-rights.ts";
import { useCountdown } from "#client/features/session/use-countdown.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { UserId } from "#shared/ids.ts";

import { findLastWrittenMs } from "./slow-mode.ts";
import type { History } from "./use-history.ts";

export interface SlowMode {
  /** How long to wait between two messages; 0: the channel is not in slow mode. */
  seconds: number;
  isExempt: boolean;
  /** Seconds until one may write again. */
  leftSeconds: number;
  /** How long was left when the reader tried to write during this wait; undefined while they have not. */
  hurriedAtSeconds: number | undefined;
  /** Call when they do. */
  hurry: () => void;
}

type Writer = { history: History; ownId: UserId; rights: ChannelRights };

/** The channel's slow mode, as far as it concerns the reader. */
export const useSlowMode = (
  { slowModeSeconds: seconds }: Channel,
  { history, ownId, rights }: Writer,
): SlowMode => {
  const isExempt = rights.can("BYPASS_SLOW_MODE");
  const isSlow = seconds > 0 && !isExempt;
  const [lastMs, setLastMs] = useState(0);
  const [hurried, setHurried] = useState({ afterMs: 0, leftSeconds: 0 });
  // Of what is loaded now; a jump to older messages forgets nothing.
  const foundMs = isSlow ? (findLastWrittenMs(history, ownId) ?? 0) : 0;
  if (foundMs > lastMs) setLastMs(foundMs);
  const countedSeconds = useCountdown(isSlow && lastMs > 0 ? lastMs + seconds * 1_000 : undefined);
  // A clock that is behind the server's must not make anybody wait for longer than everybody does.
  const leftSeconds = Math.min(seconds, countedSeconds);
  return {
    seconds,
    isExempt,
    leftSeconds,
    hurriedAtSeconds: leftSeconds > 0 && hurried.afterMs === lastMs ? hurried.leftSeconds : undefined,
    hurry: () => setHurried({ afterMs: lastMs, leftSeconds }),
  };
};
