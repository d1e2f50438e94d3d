import { Phone, PhoneOff } from "lucide-react";

import { Button } from "#client/ui/button.tsx";
import type { Channel } from "#shared/contract/channels.ts";

import { CameraButton, DeafenButton, MuteButton, ScreenButton } from "../call-controls.tsx";
import { useCallChannelId, useVoice, useVoiceCall } from "../voice-context.tsx";
import styles from "./voice-view.module.css";

const look = { size: "large", variant: "solid" } as const;

const InCall = () => {
  const voice = useVoice();
  const call = useVoiceCall();
  return (
    <>
      <MuteButton {...look} />
      <DeafenButton {...look} />
      <CameraButton {...look} />
      <ScreenButton {...look} />
      <Button variant="danger" size="large" icon={<PhoneOff />} onClick={() => void voice.leave()}>
        {call.kind === "joining" ? "Cancel" : "Leave"}
      </Button>
    </>
  );
};

export const JoinButton = ({ channel }: { channel: Channel }) => {
  const voice = useVoice();
  const callId = useCallChannelId();
  return (
    <Button variant="primary" size="large" icon={<Phone />} onClick={() => void voice.join(channel.id)}>
      {callId === undefined ? "Join voice" : "Switch to this channel"}
    </Button>
  );
};

/** Below the tiles: the switches of the call, or the way into it. */
export const CallBar = ({ channel, canJoin }: { channel: Channel; canJoin: boolean }) => {
  const isInCall = useCallChannelId() === channel.id;
  if (!isInCall && !canJoin) return null;
  return (
    <section className={styles.bar} aria-label="Call">
      {isInCall ? <InCall /> : <JoinButton channel={channel} />}
    </section>
  );
};
