import { CircleAlert, CircleCheck, CircleX } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";

import { failureText } from "#client/features/session/error-text.ts";
import { Callout, type CalloutProps } from "#client/ui/callout.tsx";
import { Spinner } from "#client/ui/spinner.tsx";
import type { MicrophoneState } from "#client/voice/engine.ts";
import {
  kindText,
  outcomeText,
  pathText,
  type TriedRelay,
  type VoiceFinding,
} from "#sdk/voice-check/index.ts";

import { useMicrophone } from "../voice-context.tsx";
import { mediaProblemWords } from "../voice-words.ts";
import type { CheckRow, CheckState } from "./check-connection.ts";
import styles from "./check-results.module.css";
import { lookAtMicrophone, type MicrophoneLook } from "./look-at-microphone.ts";

type Mark = "good" | "bad" | "fair" | "waiting";

const icons: Record<Mark, ReactNode> = {
  good: <CircleCheck aria-hidden />,
  bad: <CircleX aria-hidden />,
  fair: <CircleAlert aria-hidden />,
  waiting: <Spinner />,
};

type LineProps = { mark: Mark; name: string; about: string; outcome: string };

const Line = ({ mark, name, about, outcome }: LineProps) => (
  <li className={styles.line}>
    <span className={styles.mark} data-mark={mark}>
      {icons[mark]}
    </span>
    <span className={styles.name}>{name}</span>
    <span className={styles.about}>{about}</span>
    <span className={styles.outcome}>{outcome}</span>
  </li>
);

const PathLine = ({ path, result }: CheckRow) => {
  const lines = { name: pathText(path), about: kindText[path.kind] };
  if (!result) return <Line {...lines} mark="waiting" outcome="trying…" />;
  // Of several addresses one is enough: whether this one matters, the findings say.
  return (
    <Line {...lines} mark={result.outcome === "reached" ? "good" : "fair"} outcome={outcomeText(result)} />
  );
};

const RelayLine = ({ url, isReached }: TriedRelay) => (
  <Line
    mark={isReached ? "good" : "bad"}
    name={url}
    about="TURN server"
    outcome={isReached ? "reached" : "no answer"}
  />
);

const describeMicrophone = (
  state: MicrophoneState,
  look: MicrophoneLook | undefined,
): { mark: Mark; outcome: string } => {
  if (state.kind === "on") return { mark: "good", outcome: `on: ${state.label}` };
  if (state.kind === "failed")
    return { mark: "bad", outcome: mediaProblemWords("microphone", state.problem).title };
  switch (look?.kind) {
    case undefined:
      return { mark: "waiting", outcome: "looking…" };
    case "allowed":
      return { mark: "good", outcome: "allowed" };
    case "asks":
      return { mark: "good", outcome: "the browser asks when you join" };
    case "trouble":
      return { mark: "bad", outcome: mediaProblemWords("microphone", look.problem).title };
    default:
      return look satisfies never;
  }
};

const MicrophoneLine = () => {
  const state = useMicrophone();
  const [look, setLook] = useState<MicrophoneLook>();
  useEffect(() => {
    let isOver = false;
    const show = async (): Promise<void> => {
      const seen = await lookAtMicrophone();
      if (!isOver) setLook(seen);
    };
    void show();
    return () => {
      isOver = true;
    };
  }, []);
  return <Line name="Microphone" about="this browser" {...describeMicrophone(state, look)} />;
};

const tones: Record<VoiceFinding["severity"], NonNullable<CalloutProps["tone"]>> = {
  fault: "danger",
  warning: "warning",
  fine: "success",
};

const Finding = ({ severity, sentence, mend }: VoiceFinding) => (
  <Callout tone={tones[severity]} title={sentence}>
    {mend !== null && (severity === "fine" ? mend : `For whoever runs this server: ${mend}`)}
  </Callout>
);

const noWebRtc =
  "This browser has no WebRTC, or it is switched off. Firefox, Chrome, Edge and Safari have it.";

/** How each way in went, and what that means. */
export const CheckResults = ({ state }: { state: CheckState }) => {
  if (state.kind === "idle") return null;
  if (state.kind === "failed") {
    const { failure } = state;
    return (
      <Callout tone="danger" title="The check could not be made">
        {failure.reason === "UNSUPPORTED" ? noWebRtc : failureText(failure)}
      </Callout>
    );
  }
  return (
    <>
      {state.kind === "done" &&
        state.findings.map((finding) => <Finding key={finding.sentence} {...finding} />)}
      <ul className={styles.lines} aria-label="What was tried">
        {state.rows.map((row) => (
          <PathLine key={`${row.path.worker} ${pathText(row.path)}`} {...row} />
        ))}
        {state.kind === "done" && state.relays.map((relay) => <RelayLine key={relay.url} {...relay} />)}
        <MicrophoneLine />
      </ul>
    </>
  );
};
