import { expect, test } from "vitest";
import type { NewEvent } from "#server/events/event-log.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import { timing } from "#shared/limits.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { Presence } from "./presence.ts";

const aPresence = () => {
  const clock = new FakeClock();
  const ids = createIdSource(clock);
  const told: NewEvent[] = [];
  const presence = new Presence({ events: { append: (event) => void told.push(event) }, scheduler: clock });
  const userIds = [ids.userId(), ids.userId(), ids.userId()] as const;
  const [userId] = userIds;
  const [serverId, otherServerId] = [ids.serverId(), ids.serverId()];
  const statuses = () => told.map(({ event }) => (event.t === "PRESENCE_UPDATE" ? event.d.status : event.t));
  const connect = (chosenStatus: "online" | "away" | "dnd" = "online") =>
    presence.connect(userId, { chosenStatus, serverIds: [serverId] });
  return { clock, presence, told, statuses, connect, userId, userIds, serverId, otherServerId };
};

test("GW12 a user is online with the first connection and offline 10 s after the last is gone, and each is told once", () => {
  const { clock, presence, statuses, connect, userId } = aPresence();
  expect(presence.statusOf(userId)).toBe("offline");
  connect();
  connect();
  expect(presence.statusOf(userId)).toBe("online");
  presence.disconnect(userId);
  clock.advance(timing.offlineAfterMs * 2);
  expect(statuses()).toEqual(["online"]);
  presence.disconnect(userId);
  clock.advance(timing.offlineAfterMs - 1);
  expect(presence.statusOf(userId)).toBe("online");
  clock.advance(1);
  expect(presence.statusOf(userId)).toBe("offline");
  expect(statuses()).toEqual(["online", "offline"]);
});

test("GW12 a reload does not flicker", () => {
  const { clock, presence, statuses, connect, userId } = aPresence();
  connect();
  for (let reload = 0; reload < 3; reload++) {
    presence.disconnect(userId);
    clock.advance(timing.offlineAfterMs - 1);
    connect();
    clock.advance(timing.offlineAfterMs * 3);
  }
  expect(statuses()).toEqual(["online"]);
});

test("GW12 what a user chose is what others see, from the first connection on and when it changes", () => {
  const { clock, presence, statuses, connect, userId } = aPresence();
  connect("dnd");
  presence.choose(userId, "dnd");
  presence.choose(userId, "away");
  presence.disconnect(userId);
  clock.advance(timing.offlineAfterMs);
  presence.choose(userId, "online");
  expect(statuses()).toEqual(["dnd", "away", "offline"]);
  expect(presence.statusOf(userId)).toBe("offline");
});

test("GW12 presence goes to those who share a server, as it stands by then", () => {
  const { clock, presence, told, connect, userId, serverId, otherServerId } = aPresence();
  connect();
  presence.noteMembership(userId, { serverId: otherServerId, isMember: true });
  presence.choose(userId, "away");
  clock.advance(1_000);
  presence.disconnect(userId);
  presence.noteMembership(userId, { serverId, isMember: false });
  clock.advance(timing.offlineAfterMs);
  expect(told.map(({ audience }) => audience)).toEqual([
    { kind: "peers", userId, serverIds: [serverId] },
    { kind: "peers", userId, serverIds: [serverId, otherServerId] },
    { kind: "peers", userId, serverIds: [otherServerId] },
  ]);
});

test("GW12 when many come within a moment, the first is told at once, and the others together, as they are by then", () => {
  const { clock, presence, told, userIds, serverId, otherServerId } = aPresence();
  const [first, second, third] = userIds;
  for (const userId of userIds) presence.connect(userId, { chosenStatus: "online", serverIds: [serverId] });
  presence.choose(second, "away");
  presence.noteMembership(third, { serverId, isMember: false });
  presence.noteMembership(third, { serverId: otherServerId, isMember: true });
  expect(told.map(({ event }) => event.d)).toEqual([{ userId: first, status: "online" }]);
  clock.advance(100);
  expect(told.slice(1)).toEqual([
    {
      audience: { kind: "peers", userId: second, serverIds: [serverId] },
      event: { t: "PRESENCE_UPDATE", d: { userId: second, status: "away" } },
    },
    {
      audience: { kind: "peers", userId: third, serverIds: [otherServerId] },
      event: { t: "PRESENCE_UPDATE", d: { userId: third, status: "online" } },
    },
  ]);
  clock.advance(100);
  expect(clock.pendingCount).toBe(0);
});

test("GW12 nothing is kept of one who is gone, and a stopping server tells nobody that all have left", () => {
  const { clock, presence, statuses, connect, userId } = aPresence();
  connect();
  presence.disconnect(userId);
  presence.close();
  presence.disconnect(userId);
  clock.advance(timing.offlineAfterMs);
  expect(statuses()).toEqual(["online"]);
  expect(clock.pendingCount).toBe(0);
});
