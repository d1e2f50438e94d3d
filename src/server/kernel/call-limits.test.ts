import { expect, it, vi } from "vitest";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { createCallLimits } from "./call-limits.ts";
import { createIdSource } from "./id-source.ts";
import { createPaceMaker, noPace } from "./pace.ts";

const aWorld = (requestsPerMinute = 100) => {
  const clock = new FakeClock();
  const ids = createIdSource(clock);
  const paceOf = createPaceMaker({ clock, scheduler: clock });
  return {
    clock,
    alice: ids.userId(),
    bob: ids.userId(),
    callLimits: createCallLimits({ requestsPerMinute, paceOf }),
  };
};

it("has two queries of a user under way at once, while another's are made at once", async () => {
  const { alice, bob } = aWorld();
  const callLimits = createCallLimits({ requestsPerMinute: 100, paceOf: () => noPace });
  const done = Promise.withResolvers<void>();
  let begun = 0;
  const calls = Array.from({ length: 50 }, () =>
    callLimits.run(alice, "query", () => {
      begun += 1;
      return done.promise;
    }),
  );
  expect(await callLimits.run(bob, "query", async () => "bob's")).toBe("bob's");
  expect(await callLimits.run(alice, "mutation", async () => "sent")).toBe("sent");
  expect(begun).toBe(2);
  done.resolve();
  await Promise.all(calls);
  expect(begun).toBe(50);
});

it.each([
  { type: "query", atOnce: 20 },
  { type: "mutation", atOnce: 10 },
] as const)("makes $atOnce calls of the type $type at once, and then as many a second", async (given) => {
  const { clock, alice, bob, callLimits } = aWorld();
  let made = 0;
  const count = async () => void (made += 1);
  const calls = Array.from({ length: 2 * given.atOnce }, () => callLimits.run(alice, given.type, count));
  await vi.waitFor(() => expect(clock.pendingCount).toBeGreaterThan(0));
  expect(made).toBe(given.atOnce);
  expect(await callLimits.run(bob, given.type, async () => "bob's")).toBe("bob's");
  for (let step = 0; step < 100; step += 1) {
    clock.advance(10);
    // What has its turn next begins to wait from here.
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
  await Promise.all(calls);
  expect(made).toBe(2 * given.atOnce);
});

it("lets a user join a server every two seconds, and ten in a minute", async () => {
  const { clock, alice, callLimits } = aWorld();
  let joined = 0;
  const join = () => callLimits.runCostly(alice, "join", async () => void (joined += 1));
  const joins = Array.from({ length: 10 }, join);
  await expect(join()).rejects.toThrow("RATE_LIMITED");
  expect(joined).toBe(1);
  clock.advance(2_000);
  await vi.waitFor(() => expect(joined).toBe(2));
  const others = (["leave", "search"] as const).map((kind) =>
    callLimits.runCostly(alice, kind, async () => kind),
  );
  expect(await Promise.all(others)).toEqual(["leave", "search"]);
  clock.advance(16_000);
  await Promise.all(joins);
});

it("refuses nobody who leaves", async () => {
  const { clock, alice, callLimits } = aWorld();
  const leaves = Array.from({ length: 100 }, () =>
    callLimits.runCostly(alice, "leave", async () => undefined),
  );
  await vi.waitFor(() => expect(clock.pendingCount).toBe(99));
  clock.advance(200_000);
  await Promise.all(leaves);
});

it("has three searches of everybody's under way, whoever asks", async () => {
  const { callLimits } = aWorld();
  const ids = createIdSource(new FakeClock());
  const done = Promise.withResolvers<void>();
  let begun = 0;
  const searches = Array.from({ length: 10 }, () =>
    callLimits.runCostly(ids.userId(), "search", () => {
      begun += 1;
      return done.promise;
    }),
  );
  await vi.waitFor(() => expect(begun).toBe(3));
  done.resolve();
  await Promise.all(searches);
  expect(begun).toBe(10);
});

it("neither counts nor waits where there is no limit", async () => {
  const { clock, alice, callLimits } = aWorld(0);
  for (let count = 0; count < 50; count += 1) {
    await callLimits.runCostly(alice, "join", async () => undefined);
    await callLimits.run(alice, "mutation", async () => undefined);
  }
  expect(clock.pendingCount).toBe(0);
});
