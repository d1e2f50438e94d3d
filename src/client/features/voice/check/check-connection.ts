/** The voice check of a page (VO16): asks the server for ways in, tries each at the same time, and lets the library judge. */
import { type CallFailure, reasonOf, type TogetherClient } from "#sdk/index.ts";
import {
  judgeVoice,
  listPaths,
  type TriedPath,
  type TriedRelay,
  type VoiceCheckReport,
  type VoiceFinding,
  type VoicePath,
} from "#sdk/voice-check/index.ts";

import { type PathResult, tryPath, tryRelays } from "./try-path.ts";

/** One way, and how it went; undefined while it is tried. */
export interface CheckRow {
  path: VoicePath;
  result: PathResult | undefined;
}

export type CheckState =
  | { kind: "idle" }
  | { kind: "running"; rows: readonly CheckRow[] }
  | {
      kind: "done";
      rows: readonly CheckRow[];
      relays: readonly TriedRelay[];
      findings: readonly VoiceFinding[];
    }
  /** Nothing could be tried. */
  | { kind: "failed"; failure: CallFailure | { reason: "UNSUPPORTED" } };

interface Options {
  api: TogetherClient["api"];
  /** The page's own address. */
  page: string;
  signal: AbortSignal;
  onChange: (state: CheckState) => void;
}

const done = (
  report: VoiceCheckReport,
  tried: { rows: readonly CheckRow[]; relays: readonly TriedRelay[] },
): CheckState => ({ kind: "done", ...tried, findings: judgeVoice(report) });

const run = async ({ api, page, signal, onChange }: Options): Promise<CheckState> => {
  const probe = await api.voice.probe.mutate(undefined, { signal });
  let rows: readonly CheckRow[] = listPaths(probe).map((path) => ({ path, result: undefined }));
  const note = (path: VoicePath, result: PathResult): void => {
    rows = rows.map((row) => (row.path === path ? { path, result } : row));
    onChange({ kind: "running", rows });
  };
  onChange({ kind: "running", rows });
  const trying = rows.map(async ({ path }): Promise<TriedPath[]> => {
    const transport = probe.transports[path.worker];
    if (!transport) return [];
    const result = await tryPath(path, transport, signal);
    note(path, result);
    return [{ ...path, ...result }];
  });
  const [paths, relays] = await Promise.all([Promise.all(trying), tryRelays(probe.iceServers, signal)]);
  const { announcedAddress } = probe;
  return done({ kind: "tried", page, announcedAddress, paths: paths.flat(), relays }, { rows, relays });
};

/** Tells each step, the last one being "done" or "failed"; after an abort nothing more. */
export const checkConnection = async (options: Options): Promise<void> => {
  const { page, signal } = options;
  const onChange = (state: CheckState): void => {
    if (!signal.aborted) options.onChange(state);
  };
  if (typeof RTCPeerConnection === "undefined") {
    return onChange({ kind: "failed", failure: { reason: "UNSUPPORTED" } });
  }
  onChange({ kind: "running", rows: [] });
  try {
    onChange(await run({ ...options, onChange }));
  } catch (error) {
    const failure = reasonOf(error);
    if (failure.reason !== "VOICE_UNAVAILABLE") return onChange({ kind: "failed", failure });
    const { cause } = failure.params;
    onChange(done({ kind: "unavailable", page, cause }, { rows: [], relays: [] }));
  }
};
