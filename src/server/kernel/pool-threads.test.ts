import { getPriority } from "node:os";
import { expect, it } from "vitest";
import { slowPoolThreads } from "./pool-threads.ts";

/** Node's own number of them; none where the system does not tell. */
const poolSize = process.platform === "linux" ? Number(process.env["UV_THREADPOOL_SIZE"] ?? 4) : 0;

it("lets the event loop go before the pool's threads", async () => {
  const before = getPriority();
  const threads = await slowPoolThreads();
  expect(threads.map((id) => getPriority(id))).toEqual(Array.from({ length: poolSize }, () => 10));
  expect(getPriority()).toBe(before);
});
