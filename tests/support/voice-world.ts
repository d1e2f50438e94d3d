/** Voice over a real database and an SFU without media, and what people do in it, for tests of its rules. */
import { voiceStates } from "#server/database/schema/voice-states.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { createRateLimiter } from "#server/kernel/rate-limiter.ts";
import type { Actor } from "#server/trpc/context.ts";
import { followRights } from "#server/voice/voice-follower.ts";
import { VoiceProbes } from "#server/voice/voice-probes.ts";
import { VoiceSessions } from "#server/voice/voice-sessions.ts";
import type { VoiceRepo } from "#server/voice/voice.repo.ts";
import { createVoiceService } from "#server/voice/voice.service.ts";
import type { VoiceJoined, VoiceSource } from "#shared/contract/voice.ts";
import type { GatewayEvent } from "#shared/events.ts";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import type { permissionBits } from "#shared/permissions.ts";
import { eq } from "drizzle-orm";
import { FakeSfu, fakeRtpCapabilities, type FakeConsumer, type FakeRoom } from "./fake-sfu.ts";
import { createTestServices, type TestServices } from "./services.ts";

const opus = { mimeType: "audio/opus", payloadType: 111, clockRate: 48_000, channels: 2 };
const vp8 = { mimeType: "video/VP8", payloadType: 96, clockRate: 90_000 };
const codecOf = (source: VoiceSource) => (source === "camera" || source === "screen" ? vp8 : opus);

interface VoiceWorldOptions {
  /** Puts something between voice and its rows. */
  wrapRepo?: (repo: VoiceRepo) => VoiceRepo;
  /** What each call to the SFU takes, there and back. */
  travel?: () => Promise<void>;
  /** Of one person. Default 0: as many as they like. */
  changesPerMinute?: number;
}

const composeVoice = (
  services: TestServices,
  { wrapRepo = (repo) => repo, changesPerMinute = 0, ...sfuOptions }: VoiceWorldOptions,
) => {
  const { events, clock, voiceStates: states } = services;
  const repo = wrapRepo(services.voiceRepo);
  const sfu = new FakeSfu({ completesHandshakes: false, ...sfuOptions });
  const sessions = new VoiceSessions({ sfu, repo, events, clock, scheduler: clock, logger: silentLogger });
  const probes = new VoiceProbes({ sfu, clock, scheduler: clock });
  const changes = createRateLimiter({ points: changesPerMinute, windowSeconds: 60 });
  const voice = createVoiceService({
    ...services,
    sfu,
    sessions,
    probes,
    repo,
    states,
    changes,
    turn: undefined,
    announcedAddress: "203.0.113.7",
  });
  followRights({ events, sessions, voice, logger: silentLogger });
  return { sfu, sessions, voice };
};

export const createVoiceWorld = async (options: VoiceWorldOptions = {}) => {
  const services = await createTestServices();
  const world = { ...services, ...composeVoice(services, options) };
  return { ...world, ...createActs(world) };
};

const createActs = (world: TestServices & ReturnType<typeof composeVoice>) => {
  /** Somebody with a gateway socket who has joined; connected, so that no deadline waits for them. */
  const join = async (
    actor: Actor,
    channelId: ChannelId,
    options: { selfMute?: boolean; selfDeaf?: boolean; isConnected?: boolean } = {},
  ): Promise<VoiceJoined> => {
    const { isConnected = true, selfMute = false, selfDeaf = false } = options;
    world.sessions.socketOpened(actor);
    const joined = await world.voice.join(actor, await world.channelAccess(actor, channelId), {
      channelId,
      rtpCapabilities: fakeRtpCapabilities,
      selfMute,
      selfDeaf,
    });
    if (isConnected) connect(joined);
    return joined;
  };

  const rooms = (): FakeRoom[] => [...world.sfu.rooms];
  const connect = ({ receiveTransport }: VoiceJoined): void => {
    const peers = rooms().flatMap(({ peers: inRoom }) => [...inRoom]);
    peers
      .find((peer) => peer.receiveTransport.id === receiveTransport.id)
      ?.completeHandshake(receiveTransport.id);
  };

  const produce = (
    actor: Actor,
    joined: Pick<VoiceJoined, "sendTransport">,
    source: VoiceSource = "microphone",
  ) =>
    world.voice.produce(actor, {
      transportId: joined.sendTransport.id,
      source,
      rtpParameters: { codecs: [codecOf(source)] },
    });

  const consumersOf = (joined: Pick<VoiceJoined, "receiveTransport">): FakeConsumer[] =>
    rooms()
      .flatMap(({ peers }) => [...peers])
      .filter((peer) => peer.receiveTransport.id === joined.receiveTransport.id)
      .flatMap(({ consumers }) => [...consumers]);

  /** Asks for everything that the session can receive, as a client does. */
  const resumeAll = async (actor: Actor, joined: Pick<VoiceJoined, "receiveTransport">): Promise<void> => {
    const ids = consumersOf(joined).map(({ id }) => id);
    if (ids.length > 0) await world.voice.setConsumersWanted(actor, ids, true);
  };

  const flowing = (joined: VoiceJoined): string[] =>
    consumersOf(joined)
      .filter(({ isPaused }) => !isPaused)
      .map(({ producerId }) => producerId);

  const storedOf = async (userId: UserId) =>
    (await world.db.select().from(voiceStates).where(eq(voiceStates.userId, userId)))[0];

  const setOverride = async (
    owner: Actor,
    channelId: ChannelId,
    { userId, deny }: { userId: UserId; deny: bigint },
  ): Promise<void> => {
    await world.channels.setOverride(owner, await world.channelAccess(owner, channelId), {
      channelId,
      target: { type: "member", id: userId },
      allow: 0n,
      deny,
    });
  };

  const settle = async (): Promise<void> => {
    // Whatever a change of rights set off has had its turn when an empty piece of work has had one after it.
    for (const { actor } of world.sessions.peers)
      await world.sessions.inTurn(actor.userId, () => Promise.resolve());
  };

  /** The same, for what these have set off, and what that did in turn. */
  const settleAll = async (actors: readonly Actor[]): Promise<void> => {
    for (let round = 0; round < 3; round++)
      await Promise.all(actors.map(({ userId }) => world.sessions.inTurn(userId, () => Promise.resolve())));
  };

  const aTrio = async () => {
    const { id: serverId, owner, voice, text } = await world.aServer();
    const bob = await world.aMember(serverId);
    const carol = await world.aMember(serverId);
    return { serverId, owner, voice, text, bob, carol };
  };

  const moderator = (serverId: ServerId, ...permissions: Parameters<typeof permissionBits>) =>
    world.aMember(serverId, { permissions: [...permissions], position: 5 });

  return {
    join,
    connect,
    produce,
    rooms,
    consumersOf,
    resumeAll,
    flowing,
    storedOf,
    setOverride,
    settle,
    settleAll,
    aTrio,
    moderator,

    /** What is told while the work runs, in order. */
    tellsOf: async (work: () => Promise<unknown>): Promise<GatewayEvent[]> =>
      (await world.eventsOf(work)).map(({ event }) => event),

    /** Everybody leaves. */
    empty: () => Promise.all(world.sessions.peers.map((peer) => world.sessions.remove(peer, "left"))),
  };
};
