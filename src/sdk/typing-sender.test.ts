import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createFakeClient, credentials } from "#tests/support/fake-client.ts";
import { channelId } from "#tests/support/wire-objects.ts";
import { createTypingSender } from "./typing-sender.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("GW13 keys are told at most once in 3 s for each channel, and a failure is nobody's concern", async () => {
  const fake = createFakeClient({ "typing.start": () => null });
  onTestFinished(() => fake.client.close());
  void fake.client.session.login(credentials);
  await vi.advanceTimersByTimeAsync(20);
  const sender = createTypingSender({ client: fake.client });
  for (let key = 0; key < 29; key += 1) {
    sender.typed(channelId(1));
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(fake.http.callsOf("typing.start")).toHaveLength(1);
  sender.typed(channelId(2));
  await vi.advanceTimersByTimeAsync(150);
  fake.http.isDown = true;
  sender.typed(channelId(1));
  await vi.advanceTimersByTimeAsync(3_100);
  fake.http.isDown = false;
  sender.typed(channelId(1));
  await vi.advanceTimersByTimeAsync(50);
  expect(fake.http.callsOf("typing.start").map(({ input }) => input)).toEqual([
    { channelId: channelId(1) },
    { channelId: channelId(2) },
    { channelId: channelId(1) },
  ]);
});
