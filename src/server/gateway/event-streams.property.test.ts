/** GW5 to GW8: whatever happens, and however often a client is cut off, it is told what concerns it, once, in order. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { StreamClient } from "#tests/support/stream-client.ts";
import { StreamOracle } from "#tests/support/stream-oracle.ts";
import { settleAll, StreamWorld } from "#tests/support/stream-world.ts";

const index = fc.nat({ max: 11 });

const foreignId = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom("", "nonsense", "e1-3", "e0-99999", "resync-1", "e0-0x") },
);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("say" as const), index, isTransient: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("say-elsewhere" as const), index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("change-rights" as const), index, which: index }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("advance-change" as const), index }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("settle-read" as const),
      index,
      hasFailed: fc.integer({ min: 0, max: 9 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("connect" as const),
      index,
      back: fc.nat({ max: 6 }),
      foreignId,
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: "settle-reads" as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("drop" as const), index }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(500, 9_000, 11_000) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const at = <T>(items: readonly T[], position: number): T => {
  const item = items[position % items.length];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
};

const changeRights = (world: StreamWorld, which: number, position: number): void => {
  const server = at(world.stored, position);
  const userId = at(world.users, which);
  const channelIds = [...server.channels.keys()];
  const kind = (which + position) % 5;
  if (kind === 0) world.begin(world.toggleMember(server, userId));
  else if (kind === 1 || channelIds.length === 0) world.begin(world.addChannel(server));
  else if (kind === 2) world.begin(world.deleteChannel(server, at(channelIds, which)));
  else world.begin(world.toggleSight(server, at(channelIds, which), userId));
};

const sayElsewhere = (world: StreamWorld, position: number): void => {
  const server = at(world.stored, position);
  const userId = at(world.users, position);
  const audiences = [
    { kind: "server", serverId: server.id },
    { kind: "user", userId },
    { kind: "peers", userId, serverIds: [server.id] },
  ] as const;
  world.say(at(audiences, Math.floor(position / 2)));
};

const take = async (world: StreamWorld, clients: readonly StreamClient[], action: Step): Promise<void> => {
  switch (action.kind) {
    case "say": {
      const server = at(world.stored, action.index);
      const channelIds = [...server.channels.keys()];
      if (channelIds.length === 0) return;
      const channelId = at(channelIds, Math.floor(action.index / 2));
      world.say(
        { kind: "channel", serverId: server.id, channelId },
        action.isTransient && action.index % 3 === 0,
      );
      break;
    }
    case "say-elsewhere":
      sayElsewhere(world, action.index);
      break;
    case "change-rights":
      changeRights(world, action.which, action.index);
      break;
    case "advance-change":
      world.advanceChange(action.index);
      break;
    case "settle-read":
      await world.settleRead(action.index, action.hasFailed === 0);
      break;
    case "settle-reads":
      await world.settleReads();
      break;
    case "connect":
      await at(clients, action.index).connect(action);
      break;
    case "drop":
      await at(clients, action.index).drop();
      break;
    default:
      // No change of rights takes as long as a resumed connection takes to settle.
      if (world.pendingChanges === 0) world.clock.advance(action.ms);
  }
};

/** Everything comes to rest, and everybody is there. */
const comeToRest = async (world: StreamWorld, clients: readonly StreamClient[]): Promise<void> => {
  for (let round = 0; round < 5; round++) {
    await world.settleEverything();
    world.clock.advance(20_000);
    for (const client of clients) await client.connect({ back: 0 });
    await world.settleEverything();
  }
};

test("GW5 GW6 GW7 GW8 a receiver is told what concerns it, each once, in order, through any cuts and changes", async () => {
  const begun = new Map<string, number>();
  let worlds = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 120 }),
      fc.constantFrom(4_000, 20_000, 1_000_000),
      async (steps, maxLogBytes) => {
        worlds++;
        const world = new StreamWorld({ maxLogBytes });
        const oracle = new StreamOracle(world);
        const clients = [0, 1, 2, 0].map((user) => new StreamClient(world, user));
        for (const action of steps) {
          await take(world, clients, action);
          if (action.kind !== "settle-read" && action.kind !== "wait") await settleAll();
        }
        await comeToRest(world, clients);
        oracle.trimmedBelow = await findTrimmedBelow(world);
        for (const client of clients) {
          for (const visit of client.visits) {
            expect(oracle.findFault(client, visit, visit === client.visit)).toBeUndefined();
            const kind = visit.items[0]?.event.t ?? "nothing";
            begun.set(kind, (begun.get(kind) ?? 0) + 1);
          }
          expect(client.visit).toBeDefined();
          expect(client.channels).toEqual(world.visibleTo(client.userId));
        }
      },
    ),
    { numRuns: 300, plugins: [fc.interruptAfterTimeLimit(4_000)] },
  );
  // Neither so wild that nobody ever came back in time, nor so tame that everybody did.
  expect(begun.get("RESUMED")).toBeGreaterThan(worlds / 4);
  expect(begun.get("RESYNC")).toBeGreaterThan(worlds / 4);
});

/** The lowest sequence that the log still reaches back to. */
const findTrimmedBelow = async (world: StreamWorld): Promise<number> => {
  for (let sequence = 0; sequence <= world.log.lastSequence(); sequence++) {
    if ((await world.log.readSince(sequence)).kind === "served") return sequence;
  }
  return Number.POSITIVE_INFINITY;
};
