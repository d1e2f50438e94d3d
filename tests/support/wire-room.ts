/** A voice channel as the server keeps it, filled with participants at the wire: no socket, no database, real media. */
import { uuidv7 } from "uuidv7";
import { systemClock } from "#server/kernel/clock.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { systemScheduler } from "#server/kernel/scheduler.ts";
import { Peer } from "#server/voice/peer.ts";
import { Room } from "#server/voice/room.ts";
import { routerRtpCapabilities } from "#server/voice/sfu/codecs.ts";
import { opusParameters } from "#server/voice/sfu/sfu.suite.ts";
import type { Sfu } from "#server/voice/sfu/sfu.ts";
import { ChannelId, ServerId, SessionId, UserId, VoiceSessionId } from "#shared/ids.ts";
import type { Inlet, WireMedia } from "./wire-media.ts";

export interface WireMember extends Inlet {
  peer: Peer;
}

export class WireRoom implements Disposable {
  readonly #room: Room;
  readonly #wire: WireMedia;

  constructor({ sfu, wire }: { sfu: Sfu; wire: WireMedia }) {
    this.#wire = wire;
    this.#room = new Room({
      channelId: ChannelId.parse(uuidv7()),
      serverId: ServerId.parse(uuidv7()),
      sfu,
      clock: systemClock,
      scheduler: systemScheduler,
      logger: silentLogger,
      listener: {
        onConnected: () => undefined,
        onLost: () => undefined,
        onDied: () => {
          throw new Error("the worker died");
        },
        onSubscriptions: () => undefined,
        onUnsubscribed: () => undefined,
        onSpeaking: () => undefined,
      },
    });
  }

  /** Somebody unmuted, who sends with this SSRC and is sent to this port, or nothing. */
  async join({ ssrc, earPort }: { ssrc: number; earPort: number | undefined }): Promise<WireMember> {
    const { channelId, serverId } = this.#room;
    const userId = UserId.parse(uuidv7());
    const peer = new Peer({
      voiceSessionId: VoiceSessionId.parse(uuidv7()),
      actor: { userId, sessionId: SessionId.parse(uuidv7()) },
      channelId,
      serverId,
      rights: { canSpeak: true, canStream: true },
      isPriority: false,
    });
    this.#room.enter(peer);
    const { sendTransport, receiveTransport } = await this.#room.open(peer, routerRtpCapabilities);
    if (earPort !== undefined) await this.#wire.pointTo(receiveTransport, earPort);
    const flags = { selfMute: false, selfDeaf: false, serverMute: false, serverDeaf: false };
    const joinedAt = new Date().toISOString();
    peer.voiceState = { userId, channelId, serverId, ...flags, camera: false, screen: false, joinedAt };
    peer.isAnswered = true;
    const { id: transportId } = sendTransport;
    await this.#room.produce(peer, {
      transportId,
      source: "microphone",
      rtpParameters: opusParameters(ssrc),
    });
    return { peer, ssrc, port: this.#wire.inletPort(sendTransport) };
  }

  /** All ask to hear all others, as clients do after they have joined. */
  async hearAll(): Promise<void> {
    const wanting = this.#room.peers.map((peer) => {
      const consumerIds = [...peer.subscriptions.values()].map(({ consumer }) => consumer.id);
      return this.#room.setWanted(peer, consumerIds, true);
    });
    await Promise.all(wanting);
  }

  [Symbol.dispose](): void {
    for (const peer of this.#room.peers) peer.close();
    this.#room.close();
  }
}
