import { expect, test } from "vitest";

import type { PermissionStep } from "#shared/explain-permission.ts";
import { RoleId } from "#shared/ids.ts";

import { explainText } from "./explain-text.ts";

const roleId = RoleId.parse("01890000-0000-7000-8000-000000000201");
const names = { subject: "Bob", getRole: () => "Muted", place: "this channel" };

const say = (decidedBy: PermissionStep): string =>
  explainText({ isAllowed: decidedBy.effect === "allow", steps: [decidedBy], decidedBy }, names);

test.each<[PermissionStep, string]>([
  [{ kind: "owner", effect: "allow" }, "Allowed: Bob owns the server."],
  [{ kind: "administrator", effect: "allow", roleId }, "Allowed: Muted makes an administrator."],
  [{ kind: "role", effect: "allow", roleId }, "Allowed: Muted gives it in the server."],
  [{ kind: "not-given", effect: "deny" }, "Denied: none of the roles gives it."],
  [{ kind: "role-override", effect: "deny", roleId }, "Denied: Muted is denied it in this channel."],
  [{ kind: "role-override", effect: "allow", roleId }, "Allowed: Muted is allowed it in this channel."],
  [{ kind: "member-override", effect: "deny" }, "Denied: this channel denies it to Bob by name."],
  [{ kind: "no-sight", effect: "deny" }, "Denied: the channel can’t be seen."],
  [{ kind: "timeout", effect: "deny" }, "Denied: Bob is timed out."],
])("%o", (step, text) => {
  expect(say(step)).toBe(text);
});
