/** VO4, VO7, VO8, VO9, VO11 to VO13: whatever people do at once, and whatever fails, what is listed is what there is. */
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { VoiceSource } from "#shared/contract/voice.ts";
import { type PermissionName, permissionBits } from "#shared/permissions.ts";
import { createFlakyDatabase } from "#tests/support/flaky-voice-repo.ts";
import {
  Devices,
  expectExactFlow,
  expectNoStrangers,
  expectOneTruth,
  expectRightfulMedia,
  expectWholeDevices,
  listenToVoice,
  Onlooker,
} from "#tests/support/voice-invariants.ts";
import { createVoiceWorld } from "#tests/support/voice-world.ts";
import { isUnavailable } from "../database/errors.ts";
import { isAppError } from "../kernel/app-error.ts";
import type { Actor } from "../trpc/context.ts";

const database = createFlakyDatabase();
/** A worker answers in a later turn of the event loop, as the database does. */
const travel = (): Promise<void> => setImmediate();
const world = await createVoiceWorld({ wrapRepo: database.wrapRepo, travel });
afterAll(() => world[Symbol.asyncDispose]());

const who = fc.nat({ max: 4 });
/** Mostly where the others are. */
const where = fc.constantFrom(0, 0, 0, 0, 1, 1, 2);
const source = fc.constantFrom<VoiceSource>("microphone", "microphone", "camera", "screen", "screen-audio");
const right = fc.constantFrom<PermissionName | null>(
  "SPEAK",
  "STREAM",
  "CONNECT_VOICE",
  "VIEW_CHANNEL",
  null,
);
const seldom = fc.integer({ min: 0, max: 3 }).map((n) => n === 0);
const own = { selfMute: seldom, selfDeaf: seldom };
const isConnected = seldom.map((is) => !is);

const step = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({ kind: fc.constant("join" as const), who, where, ...own, isConnected }),
  },
  { weight: 24, arbitrary: fc.record({ kind: fc.constant("produce" as const), who, source }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("close" as const), who, source }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("set" as const), who, ...own }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("silence" as const),
      who,
      serverMute: fc.boolean(),
      serverDeaf: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("move" as const), who, where }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("disconnect" as const), who }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("deny" as const), who, where, right }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("end-login" as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose" as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("worker-dies" as const), who, where }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("go-offline" as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      who,
      ms: fc.constantFrom(100, 2_000, 2_000, 15_000, 30_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("database" as const),
      who,
      to: fc.constantFrom("away" as const, "mute" as const, "there" as const),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What follows begins with everybody in one place, and heard. */
const gathering: Step[][] = [
  [0, 1, 2, 3, 4].map((one) => ({
    ...({ kind: "join", where: 0, selfMute: false, selfDeaf: false, isConnected: true } as const),
    who: one,
  })),
  [0, 1, 2, 3, 4].map((one) => ({ kind: "produce", source: "microphone", who: one })),
];

const at = <T>(items: readonly T[], position: number): T => {
  const item = items[position % items.length];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
};

const openTown = async () => {
  const { id: serverId, owner, voice } = await world.aServer();
  const other = await world.aServer(owner);
  const channels = [voice, await world.aChannel(serverId, { type: "voice" }), other.voice];
  const actors = [owner];
  for (let count = 0; count < 4; count++) {
    const actor = await world.aMember(serverId);
    await world.joinServer(actor, other.id);
    actors.push(actor);
  }
  return { owner, channels, actors, denied: new Map<string, () => Promise<void>>() };
};
type Town = Awaited<ReturnType<typeof openTown>> & { devices: Devices; online: Set<Actor> };

const deny = async (town: Town, actor: Actor, { where: place, right: taken }: Step & { kind: "deny" }) => {
  const channelId = at(town.channels, place);
  const { userId } = actor;
  const set = (bits: bigint) => world.setOverride(town.owner, channelId, { userId, deny: bits });
  await set(taken === null ? 0n : permissionBits(taken));
  town.denied.set(`${channelId} ${userId}`, () => set(0n));
};

const comeIn = async (town: Town, actor: Actor, taken: Step & { kind: "join" }): Promise<void> => {
  const joining = world.join(actor, at(town.channels, taken.where), taken);
  // Each of their devices has one socket.
  if (town.online.has(actor)) world.sessions.socketClosed(actor);
  town.online.add(actor);
  town.devices.joined(await joining);
};

const joinedOf = ({ userId }: Actor) => {
  const media = world.sessions.find(userId)?.media;
  return (
    media && { sendTransport: media.sfuPeer.sendTransport, receiveTransport: media.sfuPeer.receiveTransport }
  );
};

const moderate = async ({ owner }: Town, { userId }: Actor, act: object): Promise<void> => {
  const channelId = world.sessions.find(userId)?.channelId;
  if (!channelId) return;
  await world.voice.moderate(owner, await world.channelAccess(owner, channelId), {
    channelId,
    userId,
    ...act,
  });
};

const useMedia = async (
  actor: Actor,
  taken: Step & { kind: "produce" | "resume" | "close" },
): Promise<void> => {
  const joined = joinedOf(actor);
  if (!joined) return;
  if (taken.kind === "produce") await world.produce(actor, joined, taken.source);
  else {
    const producer = world.sessions.find(actor.userId)?.producers.get(taken.source);
    if (producer) await world.voice.closeProducer(actor, producer.id);
  }
};

type Misfortune = Step & {
  kind: "end-login" | "lose" | "worker-dies" | "go-offline" | "database" | "wait";
};

const befall = (town: Town, actor: Actor, taken: Misfortune): void => {
  const { userId, sessionId } = actor;
  switch (taken.kind) {
    case "end-login":
      return world.events.signal({ kind: "sessions-ended", userId, sessionIds: [sessionId] });
    case "lose": {
      const media = world.sessions.find(userId)?.media;
      const peers = world.rooms().flatMap((room) => [...room.peers]);
      return peers.find((one) => one === media?.sfuPeer)?.lose();
    }
    case "worker-dies":
      return world.rooms()[taken.where]?.killWorker();
    case "go-offline":
      return town.online.delete(actor) ? world.sessions.socketClosed(actor) : undefined;
    case "database":
      database.is = taken.to;
      return undefined;
    case "wait":
      return world.clock.advance(taken.ms);
  }
};

const act = async (town: Town, taken: Step): Promise<unknown> => {
  const actor = at(town.actors, taken.who);
  switch (taken.kind) {
    case "join":
      return comeIn(town, actor, taken);
    case "produce":
    case "close":
      return useMedia(actor, taken);
    case "set":
      return world.voice.setState(actor, taken);
    case "leave":
      return world.voice.leave(actor, {});
    case "silence":
      return moderate(town, actor, { serverMute: taken.serverMute, serverDeaf: taken.serverDeaf });
    case "move":
      return moderate(town, actor, { moveTo: at(town.channels, taken.where) });
    case "disconnect":
      return moderate(town, actor, { disconnect: true });
    case "deny":
      return deny(town, actor, taken);
    default:
      return befall(town, actor, taken);
  }
};

/** A refusal by the rules is an outcome like any other. */
const attempt = async (town: Town, taken: Step): Promise<void> => {
  try {
    await act(town, taken);
  } catch (error) {
    if (!isAppError(error) && !isUnavailable(error)) throw error;
  }
};

/** Until nothing that was begun is under way, and nothing that failed waits to be tried again. */
const settle = async ({ actors }: Town): Promise<void> => {
  await world.settleAll(actors);
  database.is = "there";
  world.clock.advance(2_000);
  await world.settleAll(actors);
};

/** Every device asks for all that it can have. */
const receiveAll = async ({ actors }: Town): Promise<void> => {
  for (const actor of actors) {
    const joined = joinedOf(actor);
    if (joined) await world.resumeAll(actor, joined);
  }
};

const town = await openTown();

const everybodyGoes = async ({ online, denied }: Town): Promise<void> => {
  await world.empty();
  for (const actor of online) world.sessions.socketClosed(actor);
  for (const restore of denied.values()) await restore();
  denied.clear();
};

test("what is listed, what is told and what flows agree after everything", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 5, size: "max" }), { maxLength: 20, size: "max" }),
      async (turns) => {
        const devices = new Devices();
        const onlooker = new Onlooker();
        const today = { ...town, devices, online: new Set<Actor>() };
        const stop = listenToVoice(world, [devices, onlooker]);
        try {
          for (const together of [...gathering, ...turns]) {
            await Promise.all(together.map((taken) => attempt(today, taken)));
            await settle(today);
            await expectOneTruth(world, onlooker);
            expectNoStrangers(world);
            expectRightfulMedia(world);
            expectWholeDevices(world, devices);
            await receiveAll(today);
            expectExactFlow(world);
          }
        } finally {
          await everybodyGoes(today);
          stop();
        }
        expect(world.rooms()).toEqual([]);
        expect(world.clock.pendingCount).toBe(0);
      },
    ),
    { numRuns: 40 },
  );
});
