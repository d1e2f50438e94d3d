/** What was tried and found, as lines for a terminal. Pure. */
import {
  kindText,
  outcomeText,
  pathText,
  type TriedPath,
  type TriedRelay,
  type VoiceFinding,
} from "#sdk/voice-check/index.ts";
import { alignRows } from "../align-rows.ts";

/** A line for each way that was tried. */
export const describeTried = (paths: readonly TriedPath[], relays: readonly TriedRelay[]): string[] =>
  alignRows([
    ...paths.map((path) => [
      `worker ${path.worker + 1}`,
      pathText(path),
      kindText[path.kind],
      outcomeText(path),
    ]),
    ...relays.map(({ url, isReached }) => ["relay", url, "TURN server", isReached ? "reached" : "no answer"]),
  ]).map((line) => `  ${line}`);

const marks: Record<VoiceFinding["severity"], string> = { fault: "✗", warning: "!", fine: "✓" };

/** A sentence for each finding, and one for its mend. */
export const describeFindings = (findings: readonly VoiceFinding[]): string[] =>
  findings.flatMap(({ severity, sentence, mend }) => [
    `${marks[severity]} ${sentence}`,
    ...(mend === null ? [] : [`  ${mend}`]),
  ]);

/** 0 when calls work, 1 when there is a fault. */
export const exitCodeOf = (findings: readonly VoiceFinding[]): number =>
  findings.some(({ severity }) => severity === "fault") ? 1 : 0;
