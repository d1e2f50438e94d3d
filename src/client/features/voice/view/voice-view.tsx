import { Lock, Volume2 } from "lucide-react";
import { useEffect, useRef } from "react";
import { useLocation } from "wouter";

import { ChannelHeader, type ChannelNeighbours } from "#client/features/channels/channel-header.tsx";
import { channelPath } from "#client/features/navigation/paths.ts";
import { useChannelRights } from "#client/features/servers/use-rights.ts";
import { useMe } from "#client/features/users/use-me.ts";
import { formatUntil } from "#client/lib/time.ts";
import { phoneQuery, useMediaQuery } from "#client/lib/use-media-query.ts";
import { Banner } from "#client/ui/banner.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import type { Channel } from "#shared/contract/channels.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";

import { CallTroubles } from "../call-troubles.tsx";
import { QualityPopover } from "../quality-popover.tsx";
import { useCallPlace } from "../use-call-place.ts";
import { useParticipants } from "../use-voice-people.ts";
import { useChannelVoice } from "../use-voice-states.ts";
import { useCallChannelId, useOwnVoice, useStreams, useVoiceCall } from "../voice-context.tsx";
import { reconnectingText } from "../voice-words.ts";
import { CallBar, JoinButton } from "./call-bar.tsx";
import { Stage } from "./stage.tsx";
import { listTiles } from "./tiles.ts";
import styles from "./voice-view.module.css";

const Header = ({ channel, ...neighbours }: { channel: Channel } & ChannelNeighbours) => {
  const call = useVoiceCall();
  const isConnected = call.kind === "connected" && call.channelId === channel.id;
  return <ChannelHeader channel={channel} {...neighbours} tools={isConnected && <QualityPopover />} />;
};

type EmptyProps = { channel: Channel; canJoin: boolean; timeoutUntil: string | null };

const Empty = ({ channel, canJoin, timeoutUntil }: EmptyProps) =>
  canJoin ? (
    <EmptyState
      icon={<Volume2 />}
      title={`Nobody is in ${channel.name} yet`}
      action={<JoinButton channel={channel} />}
    >
      Join and wait a little: the others see that you are here.
    </EmptyState>
  ) : (
    <EmptyState icon={<Lock />} title={`You can’t join ${channel.name}`}>
      {timeoutUntil === null
        ? "It is closed to you. Whoever runs this server can let you in."
        : `You are timed out until ${formatUntil(timeoutUntil)}.`}
    </EmptyState>
  );

/** Who looks at the call goes along when they are moved to another channel. */
const useFollowCall = (channel: Channel): void => {
  const callId = useCallChannelId();
  const place = useCallPlace(callId);
  const lastId = useRef(callId);
  const [, navigate] = useLocation();
  useEffect(() => {
    const wasHere = lastId.current === channel.id;
    lastId.current = callId;
    if (wasHere && place && callId !== undefined && callId !== channel.id) {
      navigate(channelPath(place.server.id, callId), { replace: true });
    }
  }, [callId, place, channel.id, navigate]);
};

/** Until the server lists them, who joins sees themselves already. */
const useShownStates = (serverId: ServerId, channelId: ChannelId): readonly VoiceState[] => {
  const me = useMe();
  const own = useOwnVoice();
  const states = useChannelVoice(serverId, channelId);
  const isInCall = useCallChannelId() === channelId;
  if (!isInCall || states.some(({ userId }) => userId === me.id)) return states;
  const expected: VoiceState = {
    userId: me.id,
    channelId,
    serverId,
    selfMute: own.isMuted,
    selfDeaf: own.isDeaf,
    serverMute: false,
    serverDeaf: false,
    camera: false,
    screen: false,
    joinedAt: "",
  };
  return [...states, expected];
};

const Content = ({ serverId, channel }: { serverId: ServerId; channel: Channel }) => {
  const me = useMe();
  const participants = useParticipants(serverId, useShownStates(serverId, channel.id));
  const streams = useStreams();
  const own = useOwnVoice();
  const { can, timeoutUntil } = useChannelRights(serverId, channel);
  const canJoin = can("CONNECT_VOICE");
  const isInCall = useCallChannelId() === channel.id;
  if (participants.length === 0 && !isInCall) {
    return <Empty channel={channel} canJoin={canJoin} timeoutUntil={timeoutUntil} />;
  }
  const media = isInCall
    ? { streams, own, ownId: me.id }
    : { streams: [], own: { ...own, camera: null, screen: null }, ownId: me.id };
  return (
    <>
      <Stage serverId={serverId} tiles={listTiles(participants, media)} />
      {!canJoin && (
        <p className={styles.closed}>
          <Lock aria-hidden />
          {timeoutUntil === null
            ? " This channel is closed to you: you see who is there, and can’t join."
            : ` You are timed out until ${formatUntil(timeoutUntil)}, and can’t join.`}
        </p>
      )}
      <CallBar channel={channel} canJoin={canJoin} />
    </>
  );
};

type Props = { serverId: ServerId; channel: Channel } & ChannelNeighbours;

/** A voice channel: who is there and what they show, joined or not. */
export const VoiceView = ({ serverId, channel, ...neighbours }: Props) => {
  const call = useVoiceCall();
  const isPhone = useMediaQuery(phoneQuery);
  const isHere = call.kind !== "idle" && call.channelId === channel.id;
  useFollowCall(channel);
  return (
    <div className={styles.view}>
      <Header channel={channel} {...neighbours} />
      {/* Hidden where it would be said twice: the announcer says it wherever one is. */}
      {isHere && call.kind === "joining" && (
        <Banner>
          <span aria-hidden>Joining {channel.name}…</span>
        </Banner>
      )}
      {isHere && call.kind === "reconnecting" && (
        <Banner tone="offline">
          <span aria-hidden>{reconnectingText(call, channel.name)}</span>
        </Banner>
      )}
      {/* Elsewhere the panel beside it says so. */}
      {isHere && isPhone && (
        <div className={styles.troubles}>
          <CallTroubles serverId={serverId} channelId={channel.id} />
        </div>
      )}
      <Content serverId={serverId} channel={channel} />
    </div>
  );
};
