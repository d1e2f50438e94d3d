import { expect, it } from "vitest";
import { createTurns } from "./turns.ts";

const begun: string[] = [];

const start = (turns: ReturnType<typeof createTurns>, key: string, name: string) => {
  const done = Promise.withResolvers<void>();
  const end = turns.run(key, async () => {
    begun.push(name);
    await done.promise;
    return name;
  });
  return { end, finish: done.resolve, fail: done.reject };
};

it("runs so much of each key at once, keeps so much waiting, and refuses the rest", async () => {
  begun.length = 0;
  const turns = createTurns({ atOnce: 1, waiting: 2 });
  const first = start(turns, "alice", "first");
  const second = start(turns, "alice", "second");
  const third = start(turns, "alice", "third");
  await expect(start(turns, "alice", "fourth").end).rejects.toMatchObject({
    detail: { reason: "RATE_LIMITED", params: { retryAfterMs: 1_000 } },
  });
  const other = start(turns, "bob", "bob's");
  other.finish();
  expect(await other.end).toBe("bob's");
  expect(begun).toEqual(["first", "bob's"]);

  first.fail(new Error("broken"));
  await expect(first.end).rejects.toThrow("broken");
  second.finish();
  third.finish();
  expect(await Promise.all([second.end, third.end])).toEqual(["second", "third"]);
  expect(begun).toEqual(["first", "bob's", "second", "third"]);

  const later = start(turns, "alice", "later");
  later.finish();
  expect(await later.end).toBe("later");
});
