import { expect, it } from "vitest";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { createIdSource, floorIdOf } from "./id-source.ts";

const dayMs = 24 * 60 * 60 * 1_000;

const isGrowing = (ids: string[]): boolean =>
  ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? id));

it("makes ids that grow within one millisecond, whatever they are for", () => {
  const ids = createIdSource(new FakeClock());
  const made = Array.from({ length: 2_000 }, () => [
    ids.messageId(),
    ids.userId(),
    ids.channelId(),
    ids.serverId(),
    ids.roleId(),
    ids.sessionId(),
    ids.attachmentId(),
    ids.auditEntryId(),
  ]).flat();
  expect(isGrowing(made)).toBe(true);
  expect(new Set(made).size).toBe(16_000);
});

it("makes ids that go on growing when the clock is set back by up to a day", () => {
  const clock = new FakeClock();
  const ids = createIdSource(clock);
  const made = [0, -1, -5_000, 1, 2, -dayMs, 1, dayMs, 1, dayMs, 1, -dayMs].map((ms) => {
    clock.advance(ms);
    return ids.messageId();
  });
  expect(isGrowing(made)).toBe(true);
});

it("follows a clock that is put right by much: an id from a wrong future must not hold all later ones there", () => {
  const clock = new FakeClock();
  const ids = createIdSource(clock);
  const before = ids.messageId();
  clock.advance(365 * dayMs);
  ids.messageId();
  clock.advance(-364 * dayMs);
  const after = ids.messageId();
  expect(after > before).toBe(true);
  expect(Number.parseInt(after.replaceAll("-", "").slice(0, 12), 16)).toBe(clock.nowMs());
});

it("starts with the clock's time", () => {
  const clock = new FakeClock();
  const id = createIdSource(clock).messageId();
  expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(clock.nowMs());
});

it("knows an id below all of a moment and above all before it", () => {
  const clock = new FakeClock();
  const ids = createIdSource(clock);
  const before = ids.messageId();
  clock.advance(1);
  const floor = floorIdOf(clock.nowMs());
  expect(isGrowing([before, floor, ids.messageId()])).toBe(true);
});
