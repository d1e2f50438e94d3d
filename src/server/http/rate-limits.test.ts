import { FakeClock } from "#tests/support/fake-clock.ts";
import { expect, it, vi } from "vitest";
import { createPaceMaker, noPace } from "../kernel/pace.ts";
import { createRateLimits } from "./rate-limits.ts";

const paceOf = () => noPace;

it("counts users apart, and the addresses of one IPv6 customer together", async () => {
  const limits = createRateLimits({ requestsPerMinute: 2, authPerMinute: 0, paceOf });
  await limits.takeRequest("0198c0de-0000-7000-8000-000000000001");
  await limits.takeRequest("0198c0de-0000-7000-8000-000000000001");
  await expect(limits.takeRequest("0198c0de-0000-7000-8000-000000000001")).rejects.toThrow("RATE_LIMITED");
  await limits.takeRequest("0198c0de-0000-7000-8000-000000000002");
  await limits.takeRequest("2001:db8::1");
  await limits.takeRequest("2001:db8::2");
  await expect(limits.takeRequest("2001:db8::3")).rejects.toThrow("RATE_LIMITED");
});

it("answers who takes no notice of refusals a second later, and nobody else", async () => {
  const scheduler = new FakeClock();
  const limits = createRateLimits({ requestsPerMinute: 1, authPerMinute: 0, paceOf, scheduler });
  await limits.takeRequest("alice");
  for (let refusal = 0; refusal < 20; refusal += 1)
    await expect(limits.takeRequest("alice")).rejects.toThrow("RATE_LIMITED");
  expect(scheduler.pendingCount).toBe(0);
  let isAnswered = false;
  const slow = limits.takeRequest("alice").finally(() => (isAnswered = true));
  const refused = expect(slow).rejects.toThrow("RATE_LIMITED");
  await limits.takeRequest("bob");
  await expect(limits.takeRequest("bob")).rejects.toThrow("RATE_LIMITED");
  await vi.waitFor(() => expect(scheduler.pendingCount).toBe(1));
  scheduler.advance(999);
  await Promise.resolve();
  expect(isAnswered).toBe(false);
  scheduler.advance(1);
  await refused;
});

it("lets an address have 3,000 files a minute, apart from its calls", async () => {
  const limits = createRateLimits({ requestsPerMinute: 1, authPerMinute: 0, paceOf });
  await limits.takeRequest("192.0.2.1");
  for (let count = 0; count < 3_000; count += 1) await limits.takeFile("192.0.2.1");
  await expect(limits.takeFile("192.0.2.1")).rejects.toThrow("RATE_LIMITED");
  await limits.takeFile("192.0.2.2");
});

it("answers 300 files of an address at once, and then 100 a second, without refusing any", async () => {
  const clock = new FakeClock();
  const limits = createRateLimits({
    ...{ requestsPerMinute: 1, authPerMinute: 0 },
    paceOf: createPaceMaker({ clock, scheduler: clock }),
  });
  let answered = 0;
  const files = Array.from({ length: 450 }, () => limits.takeFile("192.0.2.1").then(() => (answered += 1)));
  await vi.waitFor(() => expect(clock.pendingCount).toBe(150));
  expect(answered).toBe(300);
  await limits.takeFile("192.0.2.2");
  clock.advance(1_000);
  await vi.waitFor(() => expect(answered).toBe(400));
  clock.advance(500);
  await Promise.all(files);
});

it("lets those wait whose requests were refused twenty times before they became calls", async () => {
  const scheduler = new FakeClock();
  const limits = createRateLimits({ requestsPerMinute: 1, authPerMinute: 0, paceOf, scheduler });
  for (let refusal = 0; refusal < 20; refusal += 1)
    expect(await limits.delayRefusal("192.0.2.1")).toBe(false);
  const slow = limits.delayRefusal("192.0.2.1");
  await vi.waitFor(() => expect(scheduler.pendingCount).toBe(1));
  scheduler.advance(1_000);
  expect(await slow).toBe(true);
  expect(await limits.delayRefusal("192.0.2.2")).toBe(false);
});

it("counts sign-ins apart from requests", async () => {
  const limits = createRateLimits({ requestsPerMinute: 1, authPerMinute: 1, paceOf });
  await limits.takeRequest("192.0.2.1");
  await limits.takeAuth("192.0.2.1");
  await expect(limits.takeAuth("192.0.2.1")).rejects.toThrow("RATE_LIMITED");
  await expect(limits.takeRequest("192.0.2.1")).rejects.toThrow("RATE_LIMITED");
});

it("limits nothing where the limit is 0", async () => {
  const limits = createRateLimits({ requestsPerMinute: 0, authPerMinute: 0, paceOf });
  const calls = Array.from({ length: 500 }, () =>
    Promise.all([limits.takeRequest("192.0.2.1"), limits.takeAuth("192.0.2.1")]),
  );
  await expect(Promise.all(calls)).resolves.toHaveLength(500);
});
