import { expect, test } from "vitest";
import { createIdSource } from "#server/kernel/id-source.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { type EventEntry, Receiver } from "./receiver.ts";

const ids = createIdSource(new FakeClock());

const aReceiver = () =>
  new Receiver({
    actor: { userId: ids.userId(), sessionId: ids.sessionId() },
    link: { whenWritable: () => undefined, close: () => undefined },
    epoch: "e",
    maxOutstandingBytes: 10_000,
  });

const anEntry = (sequence: number): EventEntry => ({
  kind: "event",
  sequence,
  json: "{}",
  audience: { kind: "user", userId: ids.userId() },
  event: { t: "RESUMED", d: {} },
});

test("GW8 a receiver takes nothing before it has joined, and then only what is above its sequence", async () => {
  const receiver = aReceiver();
  receiver.deliver(anEntry(1));
  receiver.join({ fromSequence: 2, sights: new Map(), settlesAtMs: 0 });
  // A log that delivers late may bring what the snapshot holds already.
  for (const sequence of [2, 3]) receiver.deliver(anEntry(sequence));
  expect(await receiver.outbox.take()).toMatchObject({ id: "e-3" });
});

test("GW8 a closed receiver takes nothing and sees nothing", async () => {
  const receiver = aReceiver();
  receiver.join({
    fromSequence: 0,
    sights: new Map([[ids.serverId(), { permissions: 0n, channels: new Set() }]]),
    settlesAtMs: 0,
  });
  receiver.close();
  expect(receiver.deliver(anEntry(1))).toBe(true);
  expect(await receiver.outbox.take()).toBeUndefined();
  expect(receiver.sights.size).toBe(0);
});
