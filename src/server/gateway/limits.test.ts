import { expect, test } from "vitest";
import { timing } from "#shared/limits.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { Beating, Heartbeat } from "./heartbeat.ts";
import { MessageLimit } from "./message-limit.ts";

const aConnection = () => {
  const clock = new FakeClock();
  const seen = { pings: 0, deaths: 0 };
  const heartbeat = new Heartbeat(clock.nowMs());
  const beating = new Beating({ clock, scheduler: clock });
  const connection = {
    check: (nowMs: number) => {
      const due = heartbeat.check(nowMs);
      if (due === "ping") seen.pings++;
      if (due !== "end") return;
      seen.deaths++;
      beating.delete(connection);
    },
  };
  beating.add(connection);
  return { clock, seen, beat: () => heartbeat.beat(clock.nowMs()), close: () => beating.delete(connection) };
};

test("GW4 a connection is pinged every 30 s, and 60 s of silence end it", () => {
  const { clock, seen, beat } = aConnection();
  clock.advance(timing.heartbeatMs);
  expect(seen).toEqual({ pings: 1, deaths: 0 });
  clock.advance(1_000);
  beat();
  clock.advance(timing.deadAfterMs - 1);
  expect(seen).toEqual({ pings: 3, deaths: 0 });
  clock.advance(1);
  expect(seen.deaths).toBe(1);
  expect(clock.pendingCount).toBe(0);
});

test("GW4 a connection that answers lives on", () => {
  const { clock, seen, beat, close } = aConnection();
  for (let minute = 0; minute < 10; minute++) {
    clock.advance(timing.deadAfterMs - 1);
    beat();
  }
  expect(seen.deaths).toBe(0);
  close();
  expect(clock.pendingCount).toBe(0);
});

test("GW3 a connection may ping so often between two of our own pings", () => {
  const clock = new FakeClock();
  const heartbeat = new Heartbeat(clock.nowMs());
  const most = Array.from({ length: 30 }, () => heartbeat.take());
  expect(most).not.toContain(false);
  expect(heartbeat.take()).toBe(false);
  clock.advance(timing.heartbeatMs);
  expect(heartbeat.check(clock.nowMs())).toBe("ping");
  expect(heartbeat.take()).toBe(true);
});

test("GW3 a connection may send so many messages a minute; 0 is no limit", () => {
  const clock = new FakeClock();
  const limit = new MessageLimit(clock.nowMs());
  const take = (count: number, perMinute = 3) => limit.take(count, { nowMs: clock.nowMs(), perMinute });
  expect([take(2), take(1), take(1)]).toEqual([true, true, false]);
  clock.advance(60_000);
  expect(take(3)).toBe(true);
  expect(take(1_000_000, 0)).toBe(true);
});
