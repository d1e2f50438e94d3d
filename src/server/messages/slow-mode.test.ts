import { expect, test } from "vitest";
import { createIdSource, floorIdOf } from "#server/kernel/id-source.ts";
import { NO_PERMISSIONS, permissionBits } from "#shared/permissions.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { createSlowMode } from "./slow-mode.ts";

const slowModeSeconds = 10;

/** A channel in slow mode, over a database whose answers are counted. */
const aSlowChannel = (options: { maxRemembered?: number } = {}) => {
  const clock = new FakeClock();
  const ids = createIdSource(clock);
  const asked: { since: string }[] = [];
  const database: { last: Date | undefined; fails: boolean } = { last: undefined, fails: false };
  const slowMode = createSlowMode({
    clock,
    findLastSent: async (where) => {
      asked.push(where);
      await Promise.resolve();
      if (database.fails) throw new Error("Connection terminated unexpectedly");
      return database.last;
    },
    ...options,
  });
  const channel = { id: ids.channelId(), slowModeSeconds };
  const author = ids.userId();
  const take = (userId = author, at: Partial<typeof channel> = {}) =>
    slowMode.take(userId, { permissions: NO_PERMISSIONS, channel: { ...channel, ...at } });
  return { clock, ids, asked, database, slowMode, channel, author, take };
};

const refused = (retryAfterMs: number) => ({ detail: { reason: "SLOW_MODE", params: { retryAfterMs } } });

test("one message in that time, then the next, by the channel and by the author", async () => {
  const { clock, ids, take } = aSlowChannel();
  await take();
  clock.advance(4_000);
  await expect(take()).rejects.toMatchObject(refused(6_000));
  await expect(take(ids.userId())).resolves.toBeDefined();
  await expect(take(undefined, { id: ids.channelId() })).resolves.toBeDefined();
  clock.advance(5_999);
  await expect(take()).rejects.toMatchObject(refused(1));
  clock.advance(1);
  await expect(take()).resolves.toBeDefined();
  await expect(take()).rejects.toMatchObject(refused(10_000));
});

test("of two at once one is refused", async () => {
  const { take } = aSlowChannel();
  const outcomes = await Promise.allSettled([take(), take(), take()]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
});

test("no question without slow mode, for those whom it does not bind, or where memory knows", async () => {
  const { asked, slowMode, channel, author, take } = aSlowChannel();
  for (let count = 0; count < 3; count++) {
    await take(undefined, { slowModeSeconds: 0 });
    await slowMode.take(author, { permissions: permissionBits("BYPASS_SLOW_MODE"), channel });
  }
  expect(asked).toEqual([]);
  await take();
  await expect(take()).rejects.toBeDefined();
  expect(asked).toHaveLength(1);
});

test("what memory does not know is asked of the database, for that time alone", async () => {
  const { clock, asked, database, take } = aSlowChannel();
  database.last = new Date(clock.nowMs() - 7_000);
  await expect(take()).rejects.toMatchObject(refused(3_000));
  expect(asked).toMatchObject([{ since: floorIdOf(clock.nowMs() - 10_000) }]);
  await expect(take()).rejects.toMatchObject(refused(3_000));
  expect(asked).toHaveLength(1);
  clock.advance(3_000);
  await expect(take()).resolves.toBeDefined();
});

test("who was forgotten to make room is asked for again", async () => {
  const { clock, ids, asked, database, take } = aSlowChannel({ maxRemembered: 1 });
  await take();
  database.last = new Date(clock.nowMs());
  await take(ids.userId(), { id: ids.channelId() }).catch(() => undefined);
  await expect(take()).rejects.toMatchObject(refused(10_000));
  expect(asked).toHaveLength(3);
});

test("a turn that was given back is there again, unless the database knows better", async () => {
  const { clock, database, take } = aSlowChannel();
  const giveBack = await take();
  giveBack();
  const again = await take();
  // The answer was lost, and the message stored.
  database.last = new Date(clock.nowMs());
  again();
  await expect(take()).rejects.toMatchObject(refused(10_000));
});

test("a turn that comes back late does not take the next one along", async () => {
  const { clock, take } = aSlowChannel();
  const late = await take();
  clock.advance(10_000);
  await take();
  late();
  await expect(take()).rejects.toMatchObject(refused(10_000));
});

test("nobody has had a turn while the database cannot be asked", async () => {
  const { database, take } = aSlowChannel();
  database.fails = true;
  await expect(take()).rejects.toThrow("Connection terminated");
  database.fails = false;
  await expect(take()).resolves.toBeDefined();
});

test("a longer time counts from the same message", async () => {
  const { clock, take } = aSlowChannel();
  await take();
  clock.advance(11_000);
  await expect(take(undefined, { slowModeSeconds: 60 })).rejects.toMatchObject(refused(49_000));
});

test("a clock that is set back makes nobody wait for a turn of the future", async () => {
  const { clock, take } = aSlowChannel();
  await take();
  clock.advance(-60 * 60 * 1_000);
  await expect(take()).resolves.toBeDefined();
  await expect(take()).rejects.toMatchObject(refused(slowModeSeconds * 1_000));
});
