import { expect, test } from "vitest";
import { createIdSource } from "#server/kernel/id-source.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { FakeLink } from "#tests/support/fake-link.ts";
import { type EventEntry, LiveFrames } from "./live-frames.ts";
import { Receiver } from "./receiver.ts";

const ids = createIdSource(new FakeClock());

const aReceiver = (maxOutstandingBytes = 10_000) => {
  const link = new FakeLink();
  const receiver = new Receiver({
    actor: { userId: ids.userId(), sessionId: ids.sessionId() },
    link,
    head: '{"id":1',
    delivery: { frames: new LiveFrames({ epoch: "e" }), maxOutstandingBytes },
  });
  return { receiver, link, told: () => link.texts.map((text) => /"id":"(e-\d+)"/.exec(text)?.[1]) };
};

const joined = { fromSequence: 0, sights: new Map(), settlesAtMs: 0 };

const anEntry = (sequence: number, json = "{}"): EventEntry => ({
  kind: "event",
  sequence,
  json,
  audience: { kind: "user", userId: ids.userId() },
  event: { t: "RESUMED", d: {} },
});

test("GW8 a receiver takes nothing before it has joined, and then only what is above its sequence", () => {
  const { receiver, told } = aReceiver();
  receiver.deliver(anEntry(1));
  receiver.join({ ...joined, fromSequence: 2 });
  // A log that delivers late may bring what the snapshot holds already.
  for (const sequence of [2, 3]) receiver.deliver(anEntry(sequence));
  receiver.goLive();
  expect(told()).toEqual(["e-3"]);
});

test("GW8 GW10 what happens before a receiver is live waits, and leaves before what happens afterwards", () => {
  const { receiver, told } = aReceiver();
  receiver.join(joined);
  for (const sequence of [1, 2]) receiver.deliver(anEntry(sequence));
  expect(told()).toEqual([]);
  receiver.goLive();
  expect(told()).toEqual(["e-1", "e-2"]);
  receiver.deliver(anEntry(3));
  expect(told()).toEqual(["e-1", "e-2", "e-3"]);
});

test.each([
  ["while it begins", false],
  ["while it is live", true],
])("GW11 no more than the bound is outstanding %s", (_name, isLive) => {
  const { receiver, link, told } = aReceiver(1_000);
  receiver.join(joined);
  link.pause();
  if (isLive) receiver.goLive();
  const json = JSON.stringify("x".repeat(400));
  expect([1, 2, 3].map((sequence) => receiver.deliver(anEntry(sequence, json)))).toEqual([true, true, false]);
  link.unpause();
  if (!isLive) receiver.goLive();
  expect(told()).toEqual(["e-1", "e-2"]);
  expect(receiver.deliver(anEntry(4, json))).toBe(true);
});

test.each([
  ["before it is live", false],
  ["when it is live", true],
])("GW8 a receiver that was closed %s takes nothing, writes nothing and sees nothing", (_name, isLive) => {
  const { receiver, told } = aReceiver();
  receiver.join({
    ...joined,
    sights: new Map([[ids.serverId(), { permissions: 0n, channels: new Set() }]]),
  });
  if (isLive) receiver.goLive();
  else receiver.deliver(anEntry(1));
  receiver.close();
  expect(receiver.deliver(anEntry(2))).toBe(true);
  receiver.goLive();
  expect(told()).toEqual([]);
  expect(receiver.sights.size).toBe(0);
});
