import { expect, it } from "vitest";
import { createIdSource } from "./id-source.ts";
import { systemClock } from "./clock.ts";
import { createCallLimits } from "./call-limits.ts";

it("has two queries of a user under way at once, while another's are made at once", async () => {
  const ids = createIdSource(systemClock);
  const [alice, bob] = [ids.userId(), ids.userId()];
  const callLimits = createCallLimits({ requestsPerMinute: 100 });
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
