import { expect, test } from "vitest";

import { everyone } from "#client/app/voice-gallery/world.ts";
import type { Role } from "#shared/contract/roles.ts";
import { RoleId } from "#shared/ids.ts";

import { moveRole } from "./role-order.ts";

const roleId = (n: number): RoleId => RoleId.parse(`01890000-0000-7000-8000-00000000020${n}`);
const aRole = (position: number): Role => ({ ...everyone, id: roleId(position), position });
const roles = [aRole(4), aRole(3), aRole(2), aRole(1), everyone];
const move = (n: number, step: 1 | -1, canMove: (role: Role) => boolean = () => true) =>
  moveRole(roles, { id: roleId(n), step, canMove });

test("a role changes places with its neighbour", () => {
  expect(move(2, -1)).toEqual([4, 2, 3, 1].map(roleId));
  expect(move(3, 1)).toEqual([4, 2, 3, 1].map(roleId));
  expect(move(4, 1)).toEqual([3, 4, 2, 1].map(roleId));
});

test("it goes neither over the top nor below @everyone", () => {
  expect(move(4, -1)).toBeUndefined();
  expect(move(1, 1)).toBeUndefined();
  expect(moveRole(roles, { id: everyone.id, step: -1, canMove: () => true })).toBeUndefined();
});

test("roles at or above the caller's own are neither moved nor passed", () => {
  const canMove = ({ position }: Role): boolean => position < 3;
  expect(move(3, 1, canMove)).toBeUndefined();
  expect(move(2, -1, canMove)).toBeUndefined();
  expect(move(1, -1, canMove)).toEqual([4, 3, 1, 2].map(roleId));
});
