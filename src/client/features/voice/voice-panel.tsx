import { PhoneOff, Settings2 } from "lucide-react";
import { Link } from "wouter";

import { channelPath } from "#client/features/navigation/paths.ts";
import { useOpenSettings } from "#client/features/settings/settings-context.tsx";
import { phoneQuery, useMediaQuery } from "#client/lib/use-media-query.ts";
import { IconButton } from "#client/ui/icon-button.tsx";
import { Spinner } from "#client/ui/spinner.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import type { VoiceCallState } from "#sdk/voice/index.ts";

import { CameraButton, DeafenButton, MuteButton, ScreenButton } from "./call-controls.tsx";
import { CallTroubles } from "./call-troubles.tsx";
import { EndCard } from "./end-card.tsx";
import { QualityPopover } from "./quality-popover.tsx";
import { type CallPlace, useCallPlace } from "./use-call-place.ts";
import { useVoice, useVoiceCall } from "./voice-context.tsx";
import styles from "./voice-panel.module.css";
import { reconnectingText } from "./voice-words.ts";

type Call = Exclude<VoiceCallState, { kind: "idle" }>;

const unnamed = "the voice channel";

const Standing = ({ call }: { call: Call }) => {
  if (call.kind === "connected") return <QualityPopover />;
  return (
    <p className={styles.pending}>
      <Spinner label={call.kind === "joining" ? "Joining…" : "Reconnecting…"} />
    </p>
  );
};

const Where = ({ place, onOpen }: { place: CallPlace; onOpen: () => void }) => (
  <Link className={styles.where} href={channelPath(place.server.id, place.channel.id)} onClick={onOpen}>
    <VisuallyHidden>Show </VisuallyHidden>
    {place.channel.name} · {place.server.name}
  </Link>
);

const LeaveButton = ({ call }: { call: Call }) => {
  const voice = useVoice();
  const label = call.kind === "joining" ? "Cancel" : "Leave voice";
  return <IconButton label={label} icon={<PhoneOff />} variant="danger" onClick={() => void voice.leave()} />;
};

const Controls = () => {
  const openSettings = useOpenSettings();
  return (
    <div className={styles.controls}>
      <MuteButton />
      <DeafenButton />
      <CameraButton />
      <ScreenButton />
      <IconButton label="Voice settings" icon={<Settings2 />} onClick={() => openSettings("voice")} />
    </div>
  );
};

type Props = {
  /** The call's channel was chosen, the one that is open already too. */
  onOpen: () => void;
};

/** The call that one is in, wherever one looks meanwhile: how it goes, its switches, and the way out. */
export const VoicePanel = ({ onOpen }: Props) => {
  const call = useVoiceCall();
  const isPhone = useMediaQuery(phoneQuery);
  const place = useCallPlace(call.kind === "idle" ? call.end?.channelId : call.channelId);
  const channelName = place?.channel.name ?? unnamed;
  if (call.kind === "idle") {
    return (
      call.end && (
        <section className={styles.panel} aria-label="Voice">
          <EndCard end={call.end} channelName={channelName} />
        </section>
      )
    );
  }
  return (
    <section className={styles.panel} aria-label="Voice">
      <div className={styles.head}>
        <div className={styles.words}>
          <Standing call={call} />
          {place && <Where place={place} onOpen={onOpen} />}
        </div>
        {isPhone && (
          <>
            <MuteButton />
            <DeafenButton />
          </>
        )}
        <LeaveButton call={call} />
      </div>
      {call.kind === "reconnecting" && <p className={styles.muted}>{reconnectingText(call, channelName)}</p>}
      {place && <CallTroubles serverId={place.server.id} channelId={place.channel.id} />}
      {/* A phone has no room for the rest beside what one reads; the call's own view has it. */}
      {!isPhone && <Controls />}
    </section>
  );
};
