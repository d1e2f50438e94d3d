import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { silentLogger } from "#server/kernel/logger.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { expect, test, vi } from "vitest";
import { BackupSchedule } from "./schedule.ts";

const hourMs = 3_600_000;

/** A schedule of six hours that keeps two, and whose backups are made, or fail, when the test says so. */
const aSchedule = async (...names: string[]) => {
  const directory = await mkdtemp(join(tmpdir(), "together-schedule-"));
  for (const name of names) await writeFile(join(directory, name), "");
  const clock = new FakeClock();
  const waiting: { path: string; make: () => Promise<void>; fail: (reason: string) => void }[] = [];
  const backUp = (path: string, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(new Error("aborted")));
      const make = (): Promise<void> => writeFile(path, "").then(resolve);
      waiting.push({ path, make, fail: (reason) => reject(new Error(reason)) });
    });
  const options = { directory, everyHours: 6, keep: 2, backUp, clock, scheduler: clock };
  const schedule = await BackupSchedule.start({ ...options, logger: silentLogger });
  return {
    schedule,
    clock,
    waiting,
    list: async () => (await readdir(directory)).toSorted(),
    /** Makes the one that was asked for last; resolves when the schedule looks at the clock again. */
    async make() {
      await waiting.at(-1)?.make();
      await vi.waitFor(() => expect(clock.pendingCount).toBe(1));
    },
    async [Symbol.asyncDispose]() {
      await schedule.close();
      await rm(directory, { recursive: true });
    },
  };
};

test("the first comes at once, the next after its hours, and never two at a time", async () => {
  await using world = await aSchedule();
  const { clock, waiting, schedule } = world;
  expect(waiting.map(({ path }) => basename(path))).toEqual(["scheduled-20260101T000000Z.tar.gz"]);
  clock.advance(20 * hourMs);
  expect(waiting).toHaveLength(1);
  await world.make();
  expect(schedule.status()).toEqual({ lastSuccessAt: new Date("2026-01-01T00:00:00Z"), failure: undefined });
  clock.advance(60_000);
  expect(waiting).toHaveLength(2);
  await world.make();
  clock.advance(5 * hourMs);
  expect(waiting).toHaveLength(2);
  clock.advance(hourMs + 60_000);
  expect(waiting).toHaveLength(3);
});

test("a restart neither skips one nor makes one too many", async () => {
  await using world = await aSchedule("scheduled-20251231T210000Z.tar.gz");
  expect(world.waiting).toEqual([]);
  world.clock.advance(3 * hourMs);
  expect(world.waiting).toHaveLength(1);
});

test("the newest stay, and nothing is deleted that it has not made", async () => {
  const others = [
    "before-0003_x-20200101T000000Z.tar.gz",
    "my-scheduled-20200101T000000Z.tar.gz",
    "scheduled-20200101T000000Z.tar.gz.old",
    "scheduled-notes.txt",
    "together-20200101T000000Z.tar.gz",
  ];
  const own = ["scheduled-20251229T000000Z.tar.gz", "scheduled-20251230T000000Z.tar.gz"];
  await using world = await aSchedule(...others, ...own);
  await world.make();
  await expect(world.list()).resolves.toEqual(
    [...others, "scheduled-20251230T000000Z.tar.gz", "scheduled-20260101T000000Z.tar.gz"].toSorted(),
  );
});

test("one that fails is said, deletes nothing, and is tried again after a quarter of an hour", async () => {
  const own = [1, 2, 3].map((day) => `scheduled-2025120${day}T000000Z.tar.gz`);
  await using world = await aSchedule(...own);
  const { clock, waiting, schedule } = world;
  waiting[0]?.fail("no space");
  await vi.waitFor(() => expect(clock.pendingCount).toBe(1));
  expect(schedule.status()).toEqual({
    lastSuccessAt: new Date("2025-12-03T00:00:00Z"),
    failure: "no space",
  });
  await expect(world.list()).resolves.toEqual(own);
  clock.advance(14 * 60_000);
  expect(waiting).toHaveLength(1);
  clock.advance(60_000);
  expect(waiting).toHaveLength(2);
  await world.make();
  expect(schedule.status().failure).toBeUndefined();
});

test("a stop ends the one that is being made, and there is no other", async () => {
  await using world = await aSchedule();
  await world.schedule.close();
  world.clock.advance(20 * hourMs);
  expect(world.waiting).toHaveLength(1);
  expect(world.schedule.status()).toEqual({ lastSuccessAt: undefined, failure: undefined });
});
