import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RoleId } from "#shared/ids.ts";
import { findChanges, planOrder, type RolePlace } from "./roles.policy.ts";

const idOf = (position: number): RoleId =>
  RoleId.parse(`00000000-0000-7000-8000-${String(position).padStart(12, "0")}`);

/** Roles at the positions 1 to `count`. */
const aLadder = (count: number): RolePlace[] =>
  Array.from({ length: count }, (_, index) => ({ id: idOf(index + 1), position: index + 1 }));

const orders = fc.integer({ min: 0, max: 8 }).chain((count) => {
  const all = aLadder(count);
  const ids = all.map(({ id }) => id);
  return fc.record({
    all: fc.shuffledSubarray(all, { minLength: count }),
    wanted: fc.shuffledSubarray(ids, { minLength: count }),
    standing: fc.integer({ min: 0, max: count + 1 }),
  });
});

describe("a new order of roles", () => {
  test("is what was asked for, unless it moves one at or above the actor", () => {
    fc.assert(
      fc.property(orders, ({ all, wanted, standing }) => {
        const plan = planOrder({ all, wanted, standing });
        const isAllowed = all.every(
          ({ id, position }) => position < standing || wanted.length - wanted.indexOf(id) === position,
        );
        if ("fault" in plan) {
          expect([plan.fault, isAllowed]).toEqual(["hierarchy", false]);
          return;
        }
        expect(isAllowed).toBe(true);
        const moved = new Map(plan.moves.map(({ role, to }) => [role.id, to]));
        const after = all.map(({ id, position }) => ({ id, position: moved.get(id) ?? position }));
        const ladder = after.toSorted((one, other) => other.position - one.position);
        expect(ladder.map(({ id }) => id)).toEqual(wanted);
        expect(ladder.map(({ position }) => position).toReversed()).toEqual(
          aLadder(all.length).map(({ position }) => position),
        );
        for (const { role, to } of plan.moves) expect(to).not.toBe(role.position);
      }),
    );
  });

  test("names each role once, and nothing else", () => {
    const all = aLadder(3);
    for (const wanted of [[], [3, 2], [3, 2, 2], [3, 2, 1, 1], [3, 2, 9], [4, 3, 2, 1]]) {
      expect(planOrder({ all, wanted: wanted.map(idOf), standing: 9 })).toEqual({ fault: "incomplete" });
    }
  });

  test("closes a gap that there was, also above the actor", () => {
    const [one, two] = aLadder(2);
    if (!one || !two) throw new Error("there are two");
    const high = { ...two, position: 7 };
    expect(planOrder({ all: [one, high], wanted: [high.id, one.id], standing: 3 })).toEqual({
      moves: [{ role: high, to: 2 }],
    });
  });
});

describe("an edit", () => {
  const role = { name: "Helpers", color: "#aabbcc", permissions: 3n };

  test("changes what differs, and knows what it was", () => {
    expect(findChanges(role, { name: "Guides", color: null, permissions: 5n })).toEqual({
      before: role,
      after: { name: "Guides", color: null, permissions: 5n },
      isEmpty: false,
    });
    expect(findChanges(role, { name: "Guides", color: "#aabbcc" })).toEqual({
      before: { name: "Helpers" },
      after: { name: "Guides" },
      isEmpty: false,
    });
  });

  test("of what is so already is empty", () => {
    expect(findChanges(role, { ...role })).toEqual({ before: {}, after: {}, isEmpty: true });
    expect(findChanges(role, { name: undefined })).toEqual({ before: {}, after: {}, isEmpty: true });
  });
});
