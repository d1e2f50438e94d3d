import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { createPaceMaker } from "./pace.ts";

const aPace = (speed: { atOnce: number; perSecond: number }) => {
  const clock = new FakeClock();
  const pace = createPaceMaker({ clock, scheduler: clock })(speed);
  const passedMs: number[] = [];
  const begunMs = clock.nowMs();
  const pass = async (key = "alice"): Promise<void> => {
    const turn = pace.wait(key);
    if (turn) await turn;
    passedMs.push(clock.nowMs() - begunMs);
  };
  const advance = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100);
      await setImmediate();
    }
  };
  return { clock, passedMs, pass, advance };
};

it("lets some through at once, and the others in their order, one in each part of a second", async () => {
  const { clock, passedMs, pass, advance } = aPace({ atOnce: 3, perSecond: 10 });
  const all = Array.from({ length: 6 }, () => pass());
  await advance(300);
  await Promise.all(all);
  expect(passedMs).toEqual([0, 0, 0, 100, 200, 300]);
  expect(clock.pendingCount).toBe(0);
});

it("lets nobody wait for another", async () => {
  const { passedMs, pass, advance } = aPace({ atOnce: 1, perSecond: 1 });
  await pass("alice");
  const second = pass("alice");
  await pass("bob");
  expect(passedMs).toEqual([0, 0]);
  await advance(1_000);
  await second;
  expect(passedMs).toHaveLength(3);
});

it("gives back over time what was taken at once, and no more than that", async () => {
  const { clock, passedMs, pass, advance } = aPace({ atOnce: 2, perSecond: 10 });
  await pass();
  await pass();
  clock.advance(100);
  await pass();
  clock.advance(60_000);
  const all = [pass(), pass(), pass()];
  await advance(100);
  await Promise.all(all);
  expect(passedMs).toEqual([0, 0, 100, 60_100, 60_100, 60_200]);
});
