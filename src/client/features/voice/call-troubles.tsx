import { Volume2 } from "lucide-react";
import { useState } from "react";

import { useMe } from "#client/features/users/use-me.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import type { ChannelId, ServerId } from "#shared/ids.ts";

import { useChannelVoice } from "./use-voice-states.ts";
import { useIsSoundBlocked, useMicrophone, useVoiceCall, useVoiceEngine } from "./voice-context.tsx";
import { mediaProblemWords } from "./voice-words.ts";

const MicrophoneTrouble = () => {
  const microphone = useMicrophone();
  const engine = useVoiceEngine();
  const [isTrying, setIsTrying] = useState(false);
  if (microphone.kind !== "failed" || !engine) return null;
  const { title, help } = mediaProblemWords("microphone", microphone.problem);
  const retry = async (): Promise<void> => {
    setIsTrying(true);
    await engine.retryMicrophone();
    setIsTrying(false);
  };
  return (
    <Callout tone="warning" title={title} onRetry={() => void retry()} isRetrying={isTrying}>
      {help} Until then you can stay and listen.
    </Callout>
  );
};

const SoundTrouble = () => {
  const isBlocked = useIsSoundBlocked();
  const engine = useVoiceEngine();
  if (!isBlocked || !engine) return null;
  return (
    <Button variant="primary" isWide icon={<Volume2 />} onClick={() => void engine.resumeSound()}>
      Turn sound on
    </Button>
  );
};

/** What a moderator, or the channel's rights, took away. */
const Silenced = ({ serverId, channelId }: { serverId: ServerId; channelId: ChannelId }) => {
  const me = useMe();
  const call = useVoiceCall();
  const state = useChannelVoice(serverId, channelId).find(({ userId }) => userId === me.id);
  if (state?.serverDeaf === true)
    return <Callout tone="warning" title="A moderator has deafened you here." />;
  if (state?.serverMute === true) return <Callout tone="warning" title="A moderator has muted you here." />;
  if (call.kind === "connected" && !call.rights.canSpeak) {
    return <Callout title="You can listen here, but not speak." />;
  }
  return null;
};

/** What keeps one from being heard or from hearing, and what to do about it. */
export const CallTroubles = (props: { serverId: ServerId; channelId: ChannelId }) => (
  <>
    <SoundTrouble />
    <MicrophoneTrouble />
    <Silenced {...props} />
  </>
);
