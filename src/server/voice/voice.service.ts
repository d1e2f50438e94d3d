/**
 * The rules of voice: who may join, speak, be moved, and what is told of it. Rooms and peers live in memory
 * (`VoiceSessions`), and what the others see of them in `voice_states`, which is written first and told next.
 */
import type { IceParameters, IceServer, RtpCapabilities } from "#shared/contract/rtp.ts";
import type {
  ConnectTransport,
  JoinVoice,
  LeaveVoice,
  Produce,
  SetConsumerLayers,
  SetVoiceState,
  VoiceJoined,
  VoiceProbe,
  VoiceState,
  VoiceSync,
} from "#shared/contract/voice.ts";
import type { ConsumerId, ProducerId, ServerId, TransportId, UserId, VoiceSessionId } from "#shared/ids.ts";
import { hasPermission, NO_PERMISSIONS, type Permissions } from "#shared/permissions.ts";
import type { ChannelAccess, ServerAccess } from "../access/access.service.ts";
import { isForeignKeyViolation } from "../database/errors.ts";
import { AppError, isAppError } from "../kernel/app-error.ts";
import { nowDate } from "../kernel/clock.ts";
import type { Actor } from "../trpc/context.ts";
import { createIceServers } from "./ice-servers.ts";
import { Peer, presentSubscription } from "./peer.ts";
import type { VoiceDeps } from "./voice-deps.ts";
import { createVoiceModeration } from "./voice-moderation.ts";
import { findMissing, voiceRightsOf } from "./voice.policy.ts";
import { presentVoiceState } from "./voice.present.ts";
import type { VoiceRepo } from "./voice.repo.ts";

export const createVoiceService = (deps: VoiceDeps) => {
  const { repo, sfu, sessions, probes, states, access, clock, ids, changes } = deps;
  const iceServersFor = createIceServers(deps.turn, clock);

  /** @throws NOT_FOUND for somebody who is not in voice */
  const requirePeer = (userId: UserId): Peer => {
    const peer = sessions.find(userId);
    if (!peer) throw new AppError("NOT_FOUND");
    return peer;
  };

  /** A place for the caller, by the rights that they have in this moment. @throws NOT_FOUND, MISSING_PERMISSION, TIMED_OUT */
  const makePeer = (
    actor: Actor,
    { serverId, channel }: ChannelAccess,
    voiceSessionId = ids.voiceSessionId(),
  ): Peer => {
    const state = access.peek(serverId);
    if (!state) throw new AppError("NOT_FOUND");
    const { permissions } = access.requireChannelIn(state, channel.id, {
      userId: actor.userId,
      permission: "CONNECT_VOICE",
    });
    return new Peer({
      voiceSessionId,
      actor,
      channelId: channel.id,
      serverId,
      rights: voiceRightsOf(permissions),
      isPriority: hasPermission(permissions, "PRIORITY_SPEAKER"),
    });
  };

  const peekPermissions = ({ serverId, channelId, actor }: Peer): Permissions | undefined =>
    access.peekChannelPermissions(serverId, channelId, actor.userId);

  /** Undefined when they cannot be read. */
  const readPermissions = async ({ channelId, actor }: Peer): Promise<Permissions | undefined> => {
    try {
      return (await access.requireChannel(actor.userId, channelId)).permissions;
    } catch (error) {
      return isAppError(error) ? NO_PERMISSIONS : undefined;
    }
  };

  /** Lists the peer before it gets any transport (VO8). */
  const list = async (peer: Peer, { selfMute, selfDeaf }: JoinVoice): Promise<void> => {
    const { channelId, serverId, actor } = peer;
    const { userId } = actor;
    const arrival = { userId, channelId, serverId, selfMute, selfDeaf, joinedAt: nowDate(clock) };
    const { row, before } = await repo.enter(arrival).catch((error: unknown) => {
      // The channel was deleted while they came.
      throw isForeignKeyViolation(error) ? new AppError("NOT_FOUND") : error;
    });
    // Their place was lost meanwhile, and the row with it: that has its turn after this one.
    if (peer.isClosed) throw new AppError("NOT_FOUND");
    peer.voiceState = presentVoiceState(row);
    if (before && before.channelId !== channelId) sessions.tellGone({ userId, ...before });
    sessions.announce(peer.voiceState);
  };

  const openMedia = async (peer: Peer, rtpCapabilities: RtpCapabilities): Promise<VoiceJoined> => {
    const sfuPeer = await sessions.roomOf(peer).open(peer, rtpCapabilities);
    peer.isAnswered = true;
    sessions.expect(peer);
    return {
      voiceSessionId: peer.voiceSessionId,
      channelId: peer.channelId,
      iceServers: iceServersFor(peer.actor.userId),
      sendTransport: sfuPeer.sendTransport,
      receiveTransport: sfuPeer.receiveTransport,
      consumers: [...peer.subscriptions.values()].map(presentSubscription),
      rights: peer.rights,
    };
  };

  /** Stores what the peer shows of itself, and tells it. */
  const patch = async (peer: Peer, change: Parameters<VoiceRepo["update"]>[1]): Promise<VoiceState> => {
    const row = await repo.update(peer.actor.userId, change);
    if (!row || peer.isClosed) throw new AppError("NOT_FOUND");
    peer.voiceState = presentVoiceState(row);
    sessions.announce(peer.voiceState);
    return peer.voiceState;
  };

  const storeVideos = async (peer: Peer): Promise<void> => {
    const camera = peer.producers.has("camera");
    const screen = peer.producers.has("screen");
    const { voiceState } = peer;
    if (peer.isClosed || !voiceState) return;
    if (voiceState.camera === camera && voiceState.screen === screen) return;
    await patch(peer, { camera, screen });
  };

  /** Sees to it that the pictures which the others are told of are those that there are: now, or once they can be stored. */
  const noteVideos = async (peer: Peer): Promise<void> => {
    try {
      await sessions.inTurn(peer.actor.userId, () => storeVideos(peer));
    } catch (error) {
      if (!peer.isClosed) sessions.tryLater(peer, error, () => noteVideos(peer));
    }
  };

  const closeProducerOf = async (peer: Peer, producerId: ProducerId): Promise<void> => {
    const producer = peer.findProducer(producerId);
    if (!producer) return;
    sessions.roomOf(peer).closeProducer(peer, producer.source);
    await noteVideos(peer);
  };

  return {
    /**
     * What a client's device is loaded with; the same for as long as the server runs.
     * @throws VOICE_UNAVAILABLE with the cause
     */
    getCapabilities(): { rtpCapabilities: RtpCapabilities } {
      return { rtpCapabilities: sfu.getRtpCapabilities() };
    },

    /** Everyone who is in a voice channel of the server that the caller sees, the longest there first. */
    async listStates(actor: Actor, { state, serverId }: ServerAccess): Promise<VoiceState[]> {
      return (await states.listVisible(actor.userId, [state])).get(serverId) ?? [];
    },

    /**
     * Puts the caller into the channel, out of another one (VO7), with both transports and a consumer of everything that
     * is there (VO3).
     * @throws INVALID_INPUT for a channel without voice, VOICE_FULL, VOICE_UNAVAILABLE, NOT_FOUND, MISSING_PERMISSION,
     *   TIMED_OUT, RATE_LIMITED
     */
    async join(actor: Actor, place: ChannelAccess, input: JoinVoice): Promise<VoiceJoined> {
      requireVoiceChannel(place);
      // Before anything is changed: without voice there is nothing to join.
      sfu.getRtpCapabilities();
      await changes.take(actor.userId);
      return sessions.inTurn(actor.userId, async () => {
        const peer = makePeer(actor, place);
        sessions.enter(peer, "elsewhere");
        try {
          await list(peer, input);
          return await openMedia(peer, input.rtpCapabilities);
        } catch (error) {
          // Not waited for: it has its turn after this one.
          void sessions.remove(peer, "unavailable");
          throw error;
        }
      });
    },

    /** What the session has now. @throws NOT_FOUND when it has ended */
    sync(actor: Actor, voiceSessionId: VoiceSessionId): Promise<VoiceSync> {
      const peer = requirePeer(actor.userId);
      if (peer.voiceSessionId !== voiceSessionId || !peer.media) throw new AppError("NOT_FOUND");
      return Promise.resolve({
        consumers: [...peer.subscriptions.values()].map(presentSubscription),
        producerIds: [...peer.producers.values()].map(({ id }) => id),
        rights: peer.rights,
      });
    },

    /** @throws NOT_FOUND for a transport that is not the caller's, INVALID_INPUT, ALREADY_EXISTS the second time */
    async connectTransport(actor: Actor, { transportId, dtlsParameters }: ConnectTransport): Promise<void> {
      await requirePeer(actor.userId).requireMedia().sfuPeer.connect(transportId, dtlsParameters);
    },

    /** @throws NOT_FOUND for a transport that is not the caller's */
    async restartIce(
      actor: Actor,
      transportId: TransportId,
    ): Promise<{ iceParameters: IceParameters; iceServers: IceServer[] }> {
      const iceParameters = await requirePeer(actor.userId).requireMedia().sfuPeer.restartIce(transportId);
      return { iceParameters, iceServers: iceServersFor(actor.userId) };
    },

    /**
     * Hands the caller's media to the others of the channel.
     * @throws MISSING_PERMISSION, ALREADY_EXISTS {field: "source"}, TOO_LARGE, INVALID_INPUT, NOT_FOUND, RATE_LIMITED
     */
    async produce(actor: Actor, input: Produce): Promise<{ producerId: ProducerId }> {
      await changes.take(actor.userId);
      const peer = requirePeer(actor.userId);
      const { id: producerId } = await sessions.roomOf(peer).produce(peer, input);
      await noteVideos(peer);
      return { producerId };
    },

    /** What is gone already is no fault. @throws NOT_FOUND for somebody who is not in voice */
    async closeProducer(actor: Actor, producerId: ProducerId): Promise<void> {
      await closeProducerOf(requirePeer(actor.userId), producerId);
    },

    /** Starts or stops what is received. What is gone by then is no fault. @throws NOT_FOUND for somebody who is not in voice */
    async setConsumersWanted(
      actor: Actor,
      consumerIds: readonly ConsumerId[],
      isWanted: boolean,
    ): Promise<void> {
      const peer = requirePeer(actor.userId);
      await sessions.roomOf(peer).setWanted(peer, consumerIds, isWanted);
    },

    /** What is gone by then is no fault. @throws NOT_FOUND for somebody who is not in voice */
    async setConsumerLayers(actor: Actor, { consumerId, spatialLayer }: SetConsumerLayers): Promise<void> {
      const subscription = requirePeer(actor.userId).findSubscription(consumerId);
      if (subscription?.consumer.kind === "video") await subscription.consumer.setSpatialLayer(spatialLayer);
    },

    /** Mutes, deafens or undoes it, on whichever device. @throws NOT_FOUND for somebody who is not in voice, RATE_LIMITED */
    async setState(actor: Actor, { selfMute, selfDeaf }: SetVoiceState): Promise<VoiceState> {
      const change = {
        ...(selfMute !== undefined && { selfMute }),
        ...(selfDeaf !== undefined && { selfDeaf }),
      };
      await changes.take(actor.userId);
      return sessions.inTurn(actor.userId, async () => {
        const peer = requirePeer(actor.userId);
        if (Object.keys(change).length === 0) return peer.requireState();
        const state = await patch(peer, change);
        await sessions.roomOf(peer).applyVoice(peer);
        return state;
      });
    },

    /** Whoever is not there has left already. */
    async leave(actor: Actor, { voiceSessionId }: LeaveVoice): Promise<void> {
      const peer = sessions.find(actor.userId);
      if (!peer || (voiceSessionId !== undefined && peer.voiceSessionId !== voiceSessionId)) return;
      await sessions.remove(peer, "left");
    },

    moderate: createVoiceModeration(deps, makePeer),

    /** Brings a peer in line with the permissions that it has now: out of the channel, or silent, at once (VO8). */
    async reconsider(peer: Peer): Promise<void> {
      if (peer.isClosed) return;
      // In the same tick, where that is known; and without knowing nobody stays.
      const permissions = peekPermissions(peer) ?? (await readPermissions(peer));
      if (peer.isClosed) return;
      if (permissions === undefined) return sessions.remove(peer, "unavailable");
      if (!hasPermission(permissions, "CONNECT_VOICE")) return sessions.remove(peer, "rights");
      const rights = voiceRightsOf(permissions);
      const before = peer.rights;
      peer.isPriority = hasPermission(permissions, "PRIORITY_SPEAKER");
      peer.rights = rights;
      const { voiceSessionId } = peer;
      const room = sessions.roomOf(peer);
      for (const source of peer.producers.keys()) {
        if (!findMissing(rights, source)) continue;
        const producerId = room.closeProducer(peer, source);
        if (producerId)
          sessions.tell(peer, { t: "VOICE_PRODUCER_CLOSED", d: { voiceSessionId, producerId } });
      }
      if (before.canSpeak !== rights.canSpeak || before.canStream !== rights.canStream)
        sessions.tell(peer, { t: "VOICE_RIGHTS", d: { voiceSessionId, ...rights } });
      await room.applyVoice(peer);
      await noteVideos(peer);
    },

    /**
     * Ways in that the caller may try for `expiresInMs`; those of an earlier call are closed.
     * @throws VOICE_UNAVAILABLE with the cause, RATE_LIMITED while too many others try theirs
     */
    async probe({ userId }: Actor): Promise<VoiceProbe> {
      const { transports, expiresInMs } = await probes.open(userId);
      const { announcedAddress = null } = deps;
      return { iceServers: iceServersFor(userId), transports, announcedAddress, expiresInMs };
    },

    /** Bits a second that voice takes in and sends out. */
    measureBitrate: (): Promise<number> => sfu.measureBitrate(),

    countParticipants: (): number => sessions.peers.length,

    /** Why there is no voice, in a sentence; undefined when there is. */
    findProblem(): string | undefined {
      const availability = sfu.availability();
      return availability.kind === "unavailable" ? availability.cause : undefined;
    },

    /** Those in the server, or that one user there. */
    listPeersOf: (serverId: ServerId, userId: UserId | undefined): Peer[] =>
      sessions.peers.filter(
        (peer) => peer.serverId === serverId && (userId === undefined || peer.actor.userId === userId),
      ),
  };
};
export type VoiceService = ReturnType<typeof createVoiceService>;

/** @throws INVALID_INPUT */
const requireVoiceChannel = ({ channel }: ChannelAccess): void => {
  if (channel.type !== "voice")
    throw new AppError("INVALID_INPUT", {
      issues: [{ path: "channelId", message: "must be a voice channel" }],
    });
};
