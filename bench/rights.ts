/** What asking for somebody's rights costs, against one query for each question. */
import assert from "node:assert/strict";
import { createAccessRepo } from "#server/access/access.repo.ts";
import { RightsCache } from "#server/access/rights-cache.ts";
import { channelPermissionsOf, type ServerState, visibleChannelsOf } from "#server/access/server-state.ts";
import type { ChannelId, UserId } from "#shared/ids.ts";
import { permissionBits } from "#shared/permissions.ts";
import postgres from "#tests/support/postgres.global.ts";
import { createTestServices, type TestServices } from "#tests/support/services.ts";
import type { BenchLine, BenchOptions } from "./bench-line.ts";
import { type Crowd, createCrowd } from "./rights/crowd.ts";
import { askDatabase } from "./rights/stored-rights.ts";

const questions = { full: 400_000, quick: 40_000 };
const queries = { full: 4_000, quick: 400 };
const compared = 100;
/** What a check on the way of a message may take. */
const goalMicroseconds = 10;

interface Question {
  channelId: ChannelId;
  userId: UserId;
}

/** All over the server, in no order that a memory could like. */
const ask = ({ userIds, channelIds }: Crowd, count: number): Question[] =>
  Array.from({ length: count }, (_, index) => {
    const channelId = channelIds[(index * 7_919) % channelIds.length];
    const userId = userIds[(index * 104_729) % userIds.length];
    if (!channelId || !userId) throw new Error("the server is empty");
    return { channelId, userId };
  });

const microsecondsEach = async (count: number, work: () => Promise<void> | void): Promise<number> => {
  const startMs = performance.now();
  await work();
  return ((performance.now() - startMs) * 1_000) / count;
};

const seeAll = (state: ServerState, { userIds }: Crowd): void => {
  for (const userId of userIds) visibleChannelsOf(state, userId);
};

const withoutMemory = (state: ServerState): ServerState => ({ ...state, rights: new RightsCache() });

/** One question to the database each, also as a proof that both say the same. */
const measureQueries = async (
  { access, database }: TestServices,
  all: readonly Question[],
): Promise<number> => {
  for (const question of all.slice(0, compared)) {
    const { permissions } = await access.requireChannel(question.userId, question.channelId);
    assert.equal(await askDatabase(database.pool, question), permissions);
  }
  return microsecondsEach(all.length, async () => {
    for (const question of all) await askDatabase(database.pool, question);
  });
};

const measureWarm = async ({ access }: TestServices, all: readonly Question[]): Promise<number> => {
  const askEach = async () => {
    for (const { userId, channelId } of all) await access.requireChannel(userId, channelId, "VIEW_CHANNEL");
  };
  await askEach();
  return microsecondsEach(all.length, askEach);
};

/** One override changes: what of the memory is left, and what it takes to know again what everybody sees. */
const measureChange = async (world: TestServices, place: Crowd): Promise<BenchLine[]> => {
  const { access, channels } = world;
  const { serverId, everyoneRoleId, ownerId } = place;
  const [channelId] = place.channelIds;
  const before = access.peek(serverId);
  if (!channelId || !before) throw new Error("the server is not in memory");
  seeAll(before, place);
  const full = before.rights.size;
  const actor = { userId: ownerId, sessionId: world.ids.sessionId() };
  const target = { type: "role", id: everyoneRoleId } as const;
  const at = await access.requireChannel(ownerId, channelId);
  await channels.setOverride(actor, at, { channelId, target, allow: 0n, deny: permissionBits("SPEAK") });
  const after = access.peek(serverId);
  if (!after) throw new Error("the server is not in memory");
  const survivors = after.rights.size;
  const carried = await microsecondsEach(1_000, () => seeAll(after, place));
  const anew = await microsecondsEach(1_000, () => seeAll(withoutMemory(after), place));
  return [
    {
      what: "results that outlive one override's change",
      unit: "results",
      ours: survivors,
      baseline: { name: "all that were known", figure: full },
      goal: { of: "ratio", atLeast: 0.99 },
    },
    {
      what: "what 500 members see after it",
      unit: "ms",
      ours: carried,
      baseline: { name: "resolved anew", figure: anew },
      goal: { of: "ratio", atMost: 0.5 },
    },
  ];
};

export async function* benchRights({ isQuick }: BenchOptions): AsyncGenerator<BenchLine> {
  const size = isQuick ? "quick" : "full";
  const stop = await postgres();
  try {
    await using world = await createTestServices();
    const place = await createCrowd(world);
    // Nothing analyses the tables of a test by itself, and a plan without figures would be no fair baseline.
    await world.database.pool.query("analyze");
    const figure = await measureQueries(world, ask(place, queries[size]));
    const baseline = { name: "one query", figure };
    yield {
      what: "a check that was asked before",
      unit: "µs",
      ours: await measureWarm(world, ask(place, questions[size])),
      baseline,
      goal: { of: "ours", atMost: goalMicroseconds },
    };
    const state = await createAccessRepo(world.db).findServerState(place.serverId);
    if (!state) throw new Error("there is no server");
    const all = place.userIds.length * place.channelIds.length;
    const resolveAll = () => {
      for (const channel of state.channels.values())
        for (const userId of place.userIds) channelPermissionsOf(state, userId, channel);
    };
    yield {
      what: "the first check of a member in a channel",
      unit: "µs",
      ours: await microsecondsEach(all, resolveAll),
      baseline,
      goal: { of: "ratio", atMost: 0.05 },
    };
    yield* await measureChange(world, place);
    yield {
      what: "reading the server anew",
      unit: "ms",
      ours: await microsecondsEach(1_000, () => world.access.serverChanged(place.serverId)),
      baseline: undefined,
      goal: undefined,
    };
  } finally {
    await stop();
  }
}
