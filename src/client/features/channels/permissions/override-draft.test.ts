import { describe, expect, test } from "vitest";

import { everyone, getUserId } from "#client/app/voice-gallery/world.ts";
import { type OverrideTarget, RoleId } from "#shared/ids.ts";
import { formatPermissions, permissionBits } from "#shared/permissions.ts";

import {
  addTarget,
  admit,
  dismiss,
  isPrivate,
  listAdmitted,
  listSteps,
  type OverrideDraft,
  setPrivate,
  setStance,
  stanceOf,
  toDraft,
  toOverrides,
} from "./override-draft.ts";

const all: OverrideTarget = { type: "role", id: everyone.id };
const crew: OverrideTarget = { type: "role", id: RoleId.parse("01890000-0000-7000-8000-000000000201") };
const bob: OverrideTarget = { type: "member", id: getUserId(1) };
const [view, send] = [permissionBits("VIEW_CHANNEL"), permissionBits("SEND_MESSAGES")];

describe("a private channel", () => {
  test("is closed to everyone but those who are let in", () => {
    const closed = admit(admit(setPrivate([], everyone, true), crew), bob);
    expect(isPrivate(closed, everyone)).toBe(true);
    expect(listAdmitted(closed, everyone)).toEqual([crew, bob]);
    expect(closed).toEqual([
      { target: all, allow: 0n, deny: view },
      { target: crew, allow: view, deny: 0n },
      { target: bob, allow: view, deny: 0n },
    ]);
  });

  test("opens again, and keeps what else is said about everyone", () => {
    const muted: OverrideDraft = [{ target: all, allow: 0n, deny: send }];
    const closed = setPrivate(muted, everyone, true);
    expect(closed).toEqual([{ target: all, allow: 0n, deny: send | view }]);
    expect(setPrivate(closed, everyone, false)).toEqual(muted);
    expect(setPrivate(setPrivate([], everyone, true), everyone, false)).toEqual([]);
  });

  test("where nobody sees anything by themselves, every channel is private until it is opened", () => {
    const hidden = { ...everyone, permissions: formatPermissions(send) };
    expect(isPrivate([], hidden)).toBe(true);
    expect(setPrivate([], hidden, true)).toEqual([]);
    expect(setPrivate([], hidden, false)).toEqual([{ target: all, allow: view, deny: 0n }]);
  });

  test("forgets whom nothing else is said about, when they are sent out", () => {
    const draft = admit(admit([], crew), bob);
    expect(dismiss(draft, bob)).toEqual(admit([], crew));
    const talking = setStance(draft, { target: bob, permission: "SEND_MESSAGES" }, "allow");
    expect(dismiss(talking, bob)).toContainEqual({ target: bob, allow: send, deny: 0n });
  });
});

test("a permission is allowed, denied or left to what stands above, and never two of these", () => {
  const place = { target: crew, permission: "SEND_MESSAGES" } as const;
  const allowed = setStance([], place, "allow");
  expect(stanceOf(allowed, crew, "SEND_MESSAGES")).toBe("allow");
  const denied = setStance(allowed, place, "deny");
  expect(denied).toEqual([{ target: crew, allow: 0n, deny: send }]);
  expect(stanceOf(setStance(denied, place, "inherit"), crew, "SEND_MESSAGES")).toBe("inherit");
  expect(stanceOf([], crew, "SEND_MESSAGES")).toBe("inherit");
  expect(toDraft(toOverrides(denied))).toEqual(denied);
});

test("the steps let in first and close the door last", () => {
  const before: OverrideDraft = [{ target: bob, allow: view, deny: 0n }];
  const after = admit(setPrivate([], everyone, true), crew);
  expect(listSteps(before, after)).toEqual([
    { kind: "set", override: { target: crew, allow: view, deny: 0n } },
    { kind: "remove", target: bob },
    { kind: "set", override: { target: all, allow: 0n, deny: view } },
  ]);
  expect(listSteps(after, after)).toEqual([]);
  expect(listSteps([], addTarget([], crew))).toEqual([
    { kind: "set", override: { target: crew, allow: 0n, deny: 0n } },
  ]);
});
