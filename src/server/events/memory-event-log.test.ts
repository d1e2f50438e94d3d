import { expect, it } from "vitest";
import { ServerId, UserId } from "#shared/ids.ts";
import { type Logger, silentLogger } from "#server/kernel/logger.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import type { LogEntry, NewEvent } from "./event-log.ts";
import { MemoryEventLog } from "./memory-event-log.ts";

const serverId = ServerId.parse("01890a5d-ac96-774b-bcce-b302099a8058");
const userId = UserId.parse("01890a5d-ac96-774b-bcce-b302099a8057");

const presence = (): NewEvent => ({
  audience: { kind: "user", userId },
  event: { t: "PRESENCE_UPDATE", d: { userId, status: "online" } },
});
/** Its JSON is a bit longer than the length. */
const ofLength = (length: number): NewEvent => ({
  audience: { kind: "user", userId },
  event: { t: "INVITE_DELETE", d: { code: "x".repeat(length), serverId } },
});

interface Bounds {
  minAgeMs?: number;
  minEntries?: number;
  maxBytes?: number;
}

const aLog = (bounds: Bounds = {}, logger: Logger = silentLogger) => {
  const clock = new FakeClock();
  const log = new MemoryEventLog({ epoch: "epoch", clock, logger, ...bounds });
  const append = (count: number, make: () => NewEvent = presence) => {
    for (let index = 0; index < count; index += 1) log.append(make());
  };
  return { clock, log, append };
};

/** The sequences above the given one, or "gone". */
const since = async (log: MemoryEventLog, sequence: number): Promise<number[] | "gone"> => {
  const replay = await log.readSince(sequence);
  return replay.kind === "gone" ? "gone" : replay.entries.map((entry) => entry.sequence);
};

/** The lowest sequence that can still be read from. */
const reach = async (log: MemoryEventLog): Promise<number> => {
  for (let sequence = 0; sequence <= log.lastSequence(); sequence += 1) {
    if ((await since(log, sequence)) !== "gone") return sequence;
  }
  throw new Error("nothing can be read");
};

it("GW5 gives each entry the next sequence, events and signals alike", async () => {
  const { log, append } = aLog();
  expect(log.lastSequence()).toBe(0);
  append(2);
  log.signal({ kind: "status-chosen", userId, status: "away" });
  append(1);
  expect(log.lastSequence()).toBe(4);
  expect(await since(log, 0)).toEqual([1, 2, 3, 4]);
});

it("GW6 reads what is above the sequence, and nothing when there is no more", async () => {
  const { log, append } = aLog();
  expect(await since(log, 0)).toEqual([]);
  append(3);
  expect(await since(log, 1)).toEqual([2, 3]);
  expect(await since(log, 3)).toEqual([]);
});

it("GW7 says gone for a sequence that it has not given yet", async () => {
  const { log, append } = aLog();
  expect(await since(log, 1)).toBe("gone");
  append(1);
  expect(await since(log, 2)).toBe("gone");
});

it("GW6 keeps entries that are young, however many", async () => {
  const { clock, log, append } = aLog({ minAgeMs: 60_000, minEntries: 10 });
  append(3_000);
  clock.advance(60_000);
  append(1_096);
  expect(await reach(log)).toBe(0);
});

it("GW6 keeps so many entries, however old", async () => {
  const { clock, log, append } = aLog({ minAgeMs: 60_000, minEntries: 5_000 });
  append(4_096);
  clock.advance(60 * 60_000);
  append(900);
  expect(await reach(log)).toBe(0);
});

it("GW6 drops what is neither young nor among the newest, and says gone for it", async () => {
  const { clock, log, append } = aLog({ minAgeMs: 60_000, minEntries: 100 });
  append(4_000);
  clock.advance(60_001);
  append(96);
  const lowest = await reach(log);
  expect(lowest).toBe(4_096 - 100);
  expect(await since(log, lowest - 1)).toBe("gone");
  expect(await since(log, lowest)).toHaveLength(100);
});

it("GW6 stays within its bytes, even when everything is young", async () => {
  const { log, append } = aLog({ maxBytes: 100_000, minEntries: 1_000 });
  append(1_000, () => ofLength(1_000));
  const kept = 1_000 - (await reach(log));
  expect(kept * 1_000).toBeLessThan(100_000);
  expect(kept * 1_500).toBeGreaterThan(50_000);
});

it("GW6 counts entries without content too", async () => {
  const { log } = aLog({ maxBytes: 100_000 });
  for (let index = 0; index < 10_000; index += 1)
    log.signal({ kind: "status-chosen", userId, status: "away" });
  expect(log.lastSequence() - (await reach(log))).toBeLessThan(1_000);
});

it("GW7 delivers an entry that is larger than the whole log, and says gone for it afterwards", async () => {
  const { log, append } = aLog({ maxBytes: 1_000 });
  const heard: number[] = [];
  log.subscribe((entry) => heard.push(entry.sequence));
  append(1);
  append(1, () => ofLength(2_000));
  expect(heard).toEqual([1, 2]);
  expect(await since(log, 1)).toBe("gone");
  expect(await since(log, 2)).toEqual([]);
  append(1);
  expect(await since(log, 2)).toEqual([3]);
});

it("hands out what it read as it was, whatever comes later", async () => {
  const { log, append } = aLog();
  append(2);
  const replay = await log.readSince(0);
  append(2);
  expect(replay).toMatchObject({ kind: "served", entries: [{ sequence: 1 }, { sequence: 2 }] });
});

it("carries an event's JSON, its audience and its change of access", async () => {
  const { log } = aLog();
  const heard: LogEntry[] = [];
  log.subscribe((entry) => heard.push(entry));
  const event = presence();
  log.append({ ...event, isTransient: true });
  expect(heard).toEqual([
    { kind: "event", sequence: 1, json: JSON.stringify(event.event), isTransient: true, ...event },
  ]);
});

it("GW5 tells every listener an entry before the next one, when a listener appends in turn", () => {
  const { log } = aLog();
  const heard: string[] = [];
  log.subscribe(({ sequence }) => {
    heard.push(`first ${sequence}`);
    if (sequence < 3) log.append(presence());
  });
  log.subscribe(({ sequence }) => heard.push(`second ${sequence}`));
  log.append(presence());
  expect(heard).toEqual(["first 1", "second 1", "first 2", "second 2", "first 3", "second 3"]);
});

it("goes on for the others when a listener fails, and says so", () => {
  const faults: unknown[] = [];
  const { log, append } = aLog({}, { ...silentLogger, error: (fields) => faults.push(fields) });
  const heard: number[] = [];
  log.subscribe(() => {
    throw new Error("a bad listener");
  });
  log.subscribe(({ sequence }) => heard.push(sequence));
  append(2);
  expect(heard).toEqual([1, 2]);
  expect(faults).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
});

it("tells a listener nothing more once it has stopped", () => {
  const { log, append } = aLog();
  const heard: number[] = [];
  const stop = log.subscribe(({ sequence }) => {
    heard.push(sequence);
    stop();
  });
  append(2);
  expect(heard).toEqual([1]);
});
