import { describe, expect, it } from "vitest";

import { getSentence } from "#client/features/admin/log-sentences.ts";
import type { AuditEntry } from "#shared/contract/audit.ts";
import { AuditEntryId, UserId } from "#shared/ids.ts";
import type { UserRef } from "#shared/contract/users.ts";

const aUserRef = (username: string, displayName: string): UserRef => ({
  id: UserId.parse("01980000-0000-7000-8000-000000000001"),
  username,
  displayName,
  avatarUrl: null,
  bot: false,
});

const alice = aUserRef("alice", "Alice");
const bob = aUserRef("bob", "Bob");

const anEntry = (part: Partial<AuditEntry>): AuditEntry => ({
  id: AuditEntryId.parse("01980000-0000-7000-8000-000000000002"),
  actor: alice,
  action: "instance.claim",
  target: { type: "account", id: bob.id, name: "bob" },
  targetUser: bob,
  before: null,
  after: null,
  reason: null,
  createdAt: "2026-11-25T12:00:00.000Z",
  ...part,
});

const say = (part: Partial<AuditEntry>): string => {
  const { actor, deed } = getSentence(anEntry(part));
  return `${actor} ${deed}`;
};

const harbour: AuditEntry["target"] = { type: "server", id: "x", name: "Harbour" };

describe("the log says", () => {
  it.each<[string, Partial<AuditEntry>]>([
    ["Alice (@alice) became the first administrator.", { action: "instance.claim" }],
    [
      "Alice (@alice) chose who may register: whoever has an invite.",
      { action: "admin.setRegistration", after: { registration: "invite" } },
    ],
    ["Alice (@alice) chose who may register.", { action: "admin.setRegistration" }],
    [
      "Alice (@alice) switched off the account of Bob (@bob).",
      { action: "admin.setDisabled", after: { isDisabled: true } },
    ],
    [
      "Alice (@alice) switched on the account of Bob (@bob) again.",
      { action: "admin.setDisabled", before: { isDisabled: true }, after: { isDisabled: false } },
    ],
    [
      "Alice (@alice) made Bob (@bob) an administrator.",
      { action: "admin.setAdmin", after: { isAdmin: true } },
    ],
    [
      "Alice (@alice) removed Bob (@bob) as an administrator.",
      { action: "admin.setAdmin", after: { isAdmin: false } },
    ],
    [
      "Alice (@alice) deleted the account of bob.",
      { action: "admin.deleteAccount", targetUser: aUserRef("deleted-1", "Deleted user") },
    ],
    ["Alice (@alice) made a link for a new password for Bob (@bob).", { action: "admin.createResetLink" }],
    [
      "Alice (@alice) deleted the server Harbour.",
      { action: "admin.deleteServer", target: harbour, targetUser: null },
    ],
    ["Alice (@alice) gave the server Harbour to Bob (@bob).", { action: "admin.setOwner", target: harbour }],
    [
      "Somebody gave the server Harbour to somebody else.",
      { action: "admin.setOwner", target: harbour, targetUser: null, actor: null },
    ],
  ])("%s", (sentence, part) => {
    expect(say(part)).toBe(sentence);
  });

  it("something of an act that it has no words for", () => {
    expect(say({ action: "roles.create" })).toContain("roles.create");
  });
});
