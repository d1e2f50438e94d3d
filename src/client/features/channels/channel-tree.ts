/** How a server's channels stand: first those without a category, then each category with its own. Pure. */
import type { Channel } from "#shared/contract/channels.ts";
import type { ChannelId } from "#shared/ids.ts";

export interface ChannelGroup {
  /** Null for the first group, of the channels without a category. */
  category: Channel | null;
  channels: readonly Channel[];
}

export type ChannelOrder = { id: ChannelId; parentId: ChannelId | null }[];
export type Direction = "up" | "down";

/** A channel whose category the caller cannot see stands with those that have none. */
export const groupChannels = (channels: readonly Channel[]): [ChannelGroup, ...ChannelGroup[]] => {
  const categories = channels.filter(({ type }) => type === "category");
  const known = new Set(categories.map(({ id }) => id));
  const rest = channels.filter(({ type }) => type !== "category");
  const loose = rest.filter(({ parentId }) => parentId === null || !known.has(parentId));
  const ofCategory = (category: Channel): ChannelGroup => ({
    category,
    channels: rest.filter(({ parentId }) => parentId === category.id),
  });
  return [{ category: null, channels: loose }, ...categories.map(ofCategory)];
};

/** The channels from top to bottom, folded away or not, without the categories. */
export const listChannels = (channels: readonly Channel[]): Channel[] =>
  groupChannels(channels).flatMap((group) => group.channels);

/** Of these, the ones to read. */
export const listTextChannels = (channels: readonly Channel[]): Channel[] =>
  listChannels(channels).filter(({ type }) => type === "text");

const toOrder = (
  groups: readonly ChannelGroup[],
  moved?: { id: ChannelId; parentId: ChannelId | null },
): ChannelOrder =>
  groups
    .flatMap(({ category, channels }) => (category ? [category, ...channels] : channels))
    .map(({ id, parentId }) => (id === moved?.id ? moved : { id, parentId }));

const swap = <T>(items: readonly T[], a: number, b: number): T[] =>
  items.map((item, index) => {
    if (index === a) return items[b] ?? item;
    return index === b ? (items[a] ?? item) : item;
  });

const moveCategory = (
  groups: readonly ChannelGroup[],
  index: number,
  step: 1 | -1,
): ChannelOrder | undefined => {
  const target = index + step;
  return target < 1 || target >= groups.length ? undefined : toOrder(swap(groups, index, target));
};

/** Past the end of its group a channel goes on into the neighbouring one. */
const moveIntoNeighbour = (
  groups: readonly ChannelGroup[],
  { channel, from, to }: { channel: Channel; from: number; to: number },
): ChannelOrder | undefined => {
  const neighbour = groups[to];
  if (!neighbour) return undefined;
  const moved = groups.map((group, index): ChannelGroup => {
    if (index === from) return { ...group, channels: group.channels.filter(({ id }) => id !== channel.id) };
    if (index !== to) return group;
    return { ...group, channels: to < from ? [...group.channels, channel] : [channel, ...group.channels] };
  });
  return toOrder(moved, { id: channel.id, parentId: neighbour.category?.id ?? null });
};

/** The whole order after one step; undefined where there is no further. */
export const moveChannel = (
  channels: readonly Channel[],
  id: ChannelId,
  direction: Direction,
): ChannelOrder | undefined => {
  const groups = groupChannels(channels);
  const step = direction === "up" ? -1 : 1;
  const ofCategory = groups.findIndex(({ category }) => category?.id === id);
  if (ofCategory !== -1) return moveCategory(groups, ofCategory, step);
  const from = groups.findIndex((group) => group.channels.some((channel) => channel.id === id));
  const group = groups[from];
  const at = group?.channels.findIndex((channel) => channel.id === id) ?? -1;
  const channel = group?.channels[at];
  if (!group || !channel) return undefined;
  if (group.channels[at + step] === undefined)
    return moveIntoNeighbour(groups, { channel, from, to: from + step });
  const swapped = { ...group, channels: swap(group.channels, at, at + step) };
  return toOrder(groups.map((other) => (other === group ? swapped : other)));
};
