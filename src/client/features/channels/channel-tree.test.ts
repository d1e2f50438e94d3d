import { describe, expect, test } from "vitest";

import type { Channel, ChannelType } from "#shared/contract/channels.ts";
import { ChannelId } from "#shared/ids.ts";

import { groupChannels, listTextChannels, moveChannel } from "#client/features/channels/channel-tree.ts";

const idOf = (number: number): ChannelId =>
  ChannelId.parse(`01890000-0000-7000-8000-${number.toString().padStart(12, "0")}`);

const aChannel = (number: number, type: ChannelType, parent?: number): Channel => ({
  id: idOf(number),
  serverId: null,
  type,
  name: `channel ${number}`,
  topic: null,
  parentId: parent === undefined ? null : idOf(parent),
  position: number,
  slowModeSeconds: 0,
  overrides: [],
  followsCategory: false,
  permissions: "0",
  lastMessageId: null,
});

/** 1, 2 loose; category 3 with 4 and 5; category 6 with 7. */
const channels = [
  aChannel(1, "text"),
  aChannel(2, "voice"),
  aChannel(3, "category"),
  aChannel(4, "text", 3),
  aChannel(5, "text", 3),
  aChannel(6, "category"),
  aChannel(7, "text", 6),
];

const move = (number: number, direction: "up" | "down") =>
  moveChannel(channels, idOf(number), direction)?.map(({ id, parentId }) => [
    Number(id.slice(-12)),
    parentId === null ? null : Number(parentId.slice(-12)),
  ]);

describe("groupChannels", () => {
  test("puts each channel under its category, and the rest first", () => {
    const groups = groupChannels(channels).map((group) => group.channels.map(({ position }) => position));
    expect(groups).toEqual([[1, 2], [4, 5], [7]]);
  });

  test("puts a channel of an unseen category with those that have none", () => {
    const [loose] = groupChannels([aChannel(1, "text"), aChannel(9, "text", 8)]);
    expect(loose.channels.map(({ position }) => position)).toEqual([1, 9]);
  });
});

test("listTextChannels goes from top to bottom without voice", () => {
  expect(listTextChannels(channels).map(({ position }) => position)).toEqual([1, 4, 5, 7]);
});

describe("moveChannel", () => {
  test("changes places inside a category", () => {
    expect(move(5, "up")).toEqual([
      [1, null],
      [2, null],
      [3, null],
      [5, 3],
      [4, 3],
      [6, null],
      [7, 6],
    ]);
  });

  test("goes into the category above at its end", () => {
    expect(move(7, "up")).toEqual([
      [1, null],
      [2, null],
      [3, null],
      [4, 3],
      [5, 3],
      [7, 3],
      [6, null],
    ]);
  });

  test("goes into the category below at its start", () => {
    expect(move(2, "down")).toEqual([
      [1, null],
      [3, null],
      [2, 3],
      [4, 3],
      [5, 3],
      [6, null],
      [7, 6],
    ]);
  });

  test("takes a category with all that is in it", () => {
    expect(move(6, "up")).toEqual([
      [1, null],
      [2, null],
      [6, null],
      [7, 6],
      [3, null],
      [4, 3],
      [5, 3],
    ]);
  });

  test.each([
    [1, "up"],
    [3, "up"],
    [6, "down"],
    [7, "down"],
  ] as const)("has nowhere to move %i %s", (number, direction) => {
    expect(move(number, direction)).toBeUndefined();
  });
});
