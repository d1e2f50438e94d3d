import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChannelType } from "#shared/contract/channels.ts";
import { ChannelId } from "#shared/ids.ts";
import { ALL_PERMISSIONS, permissionBits } from "#shared/permissions.ts";
import { findLackingPermission, findParentFault, type PlacedChannel, reorder } from "./channels.policy.ts";

const idOf = (index: number): ChannelId =>
  ChannelId.parse(`00000000-0000-7000-8000-${String(index).padStart(12, "0")}`);

const placed = (index: number, type: ChannelType = "text", isVisible = true): PlacedChannel => ({
  id: idOf(index),
  type,
  parentId: null,
  position: index,
  isVisible,
});

const channelsOf = fc
  .array(
    fc.record({ type: fc.constantFrom<ChannelType>("text", "voice", "category"), isVisible: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((all) => all.map(({ type, isVisible }, index) => placed(index, type, isVisible)));

const orders = channelsOf.chain((all) => {
  const visible = all.filter(({ isVisible }) => isVisible);
  const shuffled = fc.shuffledSubarray(visible, { minLength: visible.length });
  return fc.record({
    all: fc.constant(all),
    order: shuffled.map((list) => list.map(({ id }) => ({ id, parentId: null }))),
  });
});

describe("a new order", () => {
  test("is what the caller asked for, and moves no channel that does not exist for them", () => {
    fc.assert(
      fc.property(orders, ({ all, order }) => {
        const outcome = reorder(all, order);
        if ("fault" in outcome) throw new Error(outcome.fault);
        const moved = new Map(outcome.places.map((place) => [place.id, place.position]));
        const positionOf = ({ id, position }: PlacedChannel) => moved.get(id) ?? position;
        const after = all.toSorted((one, other) => positionOf(one) - positionOf(other));
        expect(new Set(all.map(positionOf)).size).toBe(all.length);
        expect(after.filter(({ isVisible }) => isVisible).map(({ id }) => id)).toEqual(
          order.map(({ id }) => id),
        );
        for (const channel of all) if (!channel.isVisible) expect(positionOf(channel)).toBe(channel.position);
      }),
    );
  });

  test("names every visible channel once, and nothing else", () => {
    const all = [placed(0), placed(1), placed(2, "text", false)];
    const entry = (index: number) => ({ id: idOf(index), parentId: null });
    for (const order of [[0], [0, 0], [0, 1, 2], [0, 2], [0, 1, 1], [0, 9]]) {
      expect(reorder(all, order.map(entry))).toHaveProperty("fault");
    }
    expect(reorder(all, [entry(0), entry(1)])).toEqual({ places: [] });
  });

  test("closes the gaps that deletions left", () => {
    const all = [placed(3), placed(7)];
    expect(
      reorder(
        all,
        [idOf(3), idOf(7)].map((id) => ({ id, parentId: null })),
      ),
    ).toEqual({
      places: [
        { id: idOf(3), parentId: null, position: 0 },
        { id: idOf(7), parentId: null, position: 1 },
      ],
    });
  });
});

describe("a parent", () => {
  const all = [placed(0, "category"), placed(1, "category", false), placed(2), placed(3, "category")];
  const text = { type: "text", parentId: null } as const;

  test("is a category of the server that the caller sees, or none", () => {
    expect(findParentFault(text, null, all)).toBeUndefined();
    expect(findParentFault(text, idOf(0), all)).toBeUndefined();
    for (const index of [1, 2, 9]) expect(findParentFault(text, idOf(index), all)).toBeDefined();
    expect(findParentFault({ type: "category", parentId: null }, idOf(0), all)).toBeDefined();
  });

  test("may stay what it is, though the caller does not see it", () => {
    expect(findParentFault({ type: "text", parentId: idOf(1) }, idOf(1), all)).toBeUndefined();
  });
});

test("a change of an override is anyone's who holds every bit that it changes", () => {
  const bits = fc.bigInt({ min: 0n, max: ALL_PERMISSIONS });
  const override = fc.record({ allow: bits, deny: bits });
  fc.assert(
    fc.property(bits, override, override, (caller, before, after) => {
      const lacking = findLackingPermission(caller, before, after);
      const changed = (before.allow ^ after.allow) | (before.deny ^ after.deny);
      expect(lacking === undefined).toBe((changed & ~caller) === 0n);
      if (lacking) expect(permissionBits(lacking) & changed & ~caller).not.toBe(0n);
    }),
  );
});
