import { expect, test } from "vitest";
import { RightsCache } from "#server/access/rights-cache.ts";
import type { ChannelAccess } from "#server/access/access.service.ts";
import type { NewEvent } from "#server/events/event-log.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import { timing } from "#shared/limits.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { createTypingService } from "./typing.service.ts";

const aTypingService = () => {
  const clock = new FakeClock();
  const ids = createIdSource(clock);
  const told: NewEvent[] = [];
  const serverId = ids.serverId();
  const [actor, other] = [0, 1].map(() => ({ userId: ids.userId(), sessionId: ids.sessionId() }));
  const users = [actor, other].flatMap((one) =>
    one ? [{ id: one.userId, username: "u", displayName: "U", avatarUrl: null, bot: false }] : [],
  );
  const typing = createTypingService({
    clock,
    events: { append: (event) => void told.push(event) },
    users: { findRefs: (wanted) => Promise.resolve(users.filter(({ id }) => wanted.includes(id))) },
  });
  const aPlace = (): ChannelAccess => {
    const channel = {
      id: ids.channelId(),
      serverId,
      type: "text",
      name: "c",
      topic: null,
      parentId: null,
      position: 0,
      slowModeSeconds: 0,
      overrides: [],
      followsCategory: false,
    } as const;
    const state = {
      id: serverId,
      ownerId: ids.userId(),
      everyoneRoleId: ids.roleId(),
      roles: new Map(),
      channels: new Map(),
      members: new Map(),
      rights: new RightsCache(),
    };
    return { serverId, permissions: 0n, state, channel: { ...channel, overrides: [] } };
  };
  if (!actor || !other) throw new Error("nobody is there");
  return { clock, typing, told, actor, other, aPlace, stranger: { ...actor, userId: ids.userId() } };
};

test("GW13 typing is told at most once per member and channel in 3 s; more is no error", async () => {
  const { clock, typing, told, actor, other, aPlace } = aTypingService();
  const [place, otherPlace] = [aPlace(), aPlace()];
  await Promise.all([typing.start(actor, place), typing.start(actor, place)]);
  clock.advance(timing.typingRepeatMs - 1);
  await typing.start(actor, place);
  expect(told).toHaveLength(1);
  await typing.start(other, place);
  await typing.start(actor, otherPlace);
  expect(told).toHaveLength(3);
  clock.advance(1);
  await typing.start(actor, place);
  expect(told).toHaveLength(4);
});

test("GW13 typing goes to those who see the channel, says who, and is not kept for a resume", async () => {
  const { typing, told, actor, aPlace } = aTypingService();
  const place = aPlace();
  await typing.start(actor, place);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({
    audience: { kind: "channel", serverId: place.serverId, channelId: place.channel.id },
    event: { t: "TYPING_START", d: { channelId: place.channel.id, user: { id: actor.userId } } },
    isTransient: true,
  });
});

test("GW13 an account that is gone types nowhere", async () => {
  const { typing, told, stranger, aPlace } = aTypingService();
  await expect(typing.start(stranger, aPlace())).rejects.toMatchObject({ reason: "NOT_FOUND" });
  expect(told).toEqual([]);
});
