import { expect, it } from "vitest";
import { createRateLimits } from "./rate-limits.ts";

it("counts users apart, and the addresses of one IPv6 customer together", async () => {
  const limits = createRateLimits({ requestsPerMinute: 2, authPerMinute: 0 });
  await limits.takeRequest("0198c0de-0000-7000-8000-000000000001");
  await limits.takeRequest("0198c0de-0000-7000-8000-000000000001");
  await expect(limits.takeRequest("0198c0de-0000-7000-8000-000000000001")).rejects.toThrow("RATE_LIMITED");
  await limits.takeRequest("0198c0de-0000-7000-8000-000000000002");
  await limits.takeRequest("2001:db8::1");
  await limits.takeRequest("2001:db8::2");
  await expect(limits.takeRequest("2001:db8::3")).rejects.toThrow("RATE_LIMITED");
});

it("counts sign-ins apart from requests", async () => {
  const limits = createRateLimits({ requestsPerMinute: 1, authPerMinute: 1 });
  await limits.takeRequest("192.0.2.1");
  await limits.takeAuth("192.0.2.1");
  await expect(limits.takeAuth("192.0.2.1")).rejects.toThrow("RATE_LIMITED");
  await expect(limits.takeRequest("192.0.2.1")).rejects.toThrow("RATE_LIMITED");
});

it("limits nothing where the limit is 0", async () => {
  const limits = createRateLimits({ requestsPerMinute: 0, authPerMinute: 0 });
  const calls = Array.from({ length: 500 }, () =>
    Promise.all([limits.takeRequest("192.0.2.1"), limits.takeAuth("192.0.2.1")]),
  );
  await expect(Promise.all(calls)).resolves.toHaveLength(500);
});
