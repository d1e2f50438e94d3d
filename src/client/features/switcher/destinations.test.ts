import { expect, test } from "vitest";

import { type Destination, getName, listSections } from "#client/features/switcher/destinations.ts";
import { ChannelId, ServerId, UserId } from "#shared/ids.ts";

const idOf = (number: number): string => `01890000-0000-7000-8000-${String(number).padStart(12, "0")}`;

const aServer = (number: number, name: string) => ({
  id: ServerId.parse(idOf(number)),
  name,
  ownerId: UserId.parse(idOf(9)),
  iconUrl: null,
  createdAt: "2026-01-01T00:00:00.000Z",
});
const harbour = aServer(1, "Harbour");
const garden = aServer(2, "Café Garden");
const nothingNew = { isUnread: false, mentionCount: 0 };

type Place = { server?: typeof harbour; unread?: { isUnread: boolean; mentionCount: number } };

const aChannel = (
  number: number,
  name: string,
  { server = harbour, unread = nothingNew }: Place = {},
): Destination => ({
  kind: "channel",
  server,
  unread,
  channel: {
    id: ChannelId.parse(idOf(number)),
    serverId: server.id,
    type: "text",
    name,
    topic: null,
    parentId: null,
    position: number,
    permissions: "1",
    slowModeSeconds: 0,
    overrides: [],
    followsCategory: false,
    lastMessageId: null,
  },
});

const aPerson = (number: number, displayName: string): Destination => ({
  kind: "person",
  member: {
    serverId: harbour.id,
    user: {
      id: UserId.parse(idOf(number)),
      username: displayName.toLowerCase(),
      displayName,
      avatarUrl: null,
      bot: false,
      status: "offline",
      customStatus: null,
      createdAt: "2026-01-01T00:00:00.000Z",
    },
    nickname: null,
    roleIds: [],
    joinedAt: "2026-01-01T00:00:00.000Z",
    timeoutUntil: null,
  },
});

const destinations: Destination[] = [
  aChannel(10, "general"),
  aChannel(11, "boat-repairs"),
  aChannel(12, "general", { server: garden, unread: { isUnread: true, mentionCount: 0 } }),
  aChannel(13, "recipes", { server: garden, unread: { isUnread: true, mentionCount: 2 } }),
  { kind: "server", server: harbour, unread: nothingNew },
  { kind: "server", server: garden, unread: { isUnread: true, mentionCount: 2 } },
  aPerson(20, "Genevieve"),
];

const found = (query: string): string[] =>
  listSections(destinations, { query, serverId: harbour.id }).flatMap((section) =>
    section.destinations.map(
      (destination) =>
        getName(destination) + (destination.kind === "channel" ? ` in ${destination.server.name}` : ""),
    ),
  );

test("before anything is typed, mentions stand before what is unread, and that before the rest", () => {
  const sections = listSections(destinations, { query: " ", serverId: harbour.id });
  expect(sections.map(({ title, destinations: inSection }) => [title, inSection.map(getName)])).toEqual([
    ["Unread", ["recipes", "general"]],
    ["Channels here", ["general", "boat-repairs"]],
    ["Servers", ["Harbour", "Café Garden"]],
  ]);
});

test.each([
  ["gen", ["general in Café Garden", "general in Harbour", "Genevieve", "Café Garden"]],
  ["repairs", ["boat-repairs in Harbour"]],
  ["har gen", ["general in Harbour"]],
  ["gen har", ["general in Harbour"]],
  ["btrp", ["boat-repairs in Harbour"]],
  ["cafe", ["Café Garden", "recipes in Café Garden", "general in Café Garden"]],
  ["#gen", ["general in Café Garden", "general in Harbour"]],
  ["@gen", ["Genevieve"]],
  ["nowhere", []],
])("“%s” finds %j", (query, expected) => {
  expect(found(query)).toEqual(expected);
});
