import { uuidv7 } from "uuidv7";
import { describe, expect, test } from "vitest";

import { AuditAction, type AuditEntry } from "#shared/contract/audit.ts";
import { AuditEntryId, UserId } from "#shared/ids.ts";
import { formatPermissions, permissionBits } from "#shared/permissions.ts";

import { listChanges } from "./audit-changes.ts";
import { type AuditNames, auditWords, sayEntry } from "./audit-words.ts";

const aRef = (displayName: string) => ({
  id: UserId.parse(uuidv7()),
  username: displayName.toLowerCase(),
  displayName,
  avatarUrl: null,
  bot: false,
});
const alice = aRef("Alice");
const bob = aRef("Bob");

const names: AuditNames = {
  findRole: (id) => ({ "role-1": "Pilots" })[id],
  findChannel: (id) => ({ "channel-1": "#plans", "category-1": "Crew" })[id],
  findUser: (id) => (id === bob.id ? "Bob" : undefined),
};

const anEntry = (action: AuditAction, part: Partial<AuditEntry> = {}): AuditEntry => ({
  id: AuditEntryId.parse(uuidv7()),
  actor: alice,
  action,
  target: { type: "member", id: null, name: null },
  targetUser: null,
  before: null,
  after: null,
  reason: null,
  createdAt: "2026-11-24T12:00:00.000Z",
  ...part,
});

const aboutBob = { targetUser: bob, target: { type: "member", id: bob.id, name: null } } as const;
const aboutPlans = { target: { type: "channel", id: "channel-1", name: "plans" } } as const;

const actsInServer: [string, AuditEntry][] = [
  ["Alice banned Bob", anEntry("members.ban", aboutBob)],
  [
    "Alice banned Bob, and deleted 1 message of theirs",
    anEntry("members.ban", { ...aboutBob, after: { deletedMessages: 1 } }),
  ],
  [
    "Alice timed out Bob",
    anEntry("members.timeout", { ...aboutBob, after: { timeoutUntil: "2026-11-24T13:00:00Z" } }),
  ],
  [
    "Alice ended the timeout of Bob",
    anEntry("members.timeout", { ...aboutBob, after: { timeoutUntil: null } }),
  ],
  [
    "Alice created #plans",
    anEntry("channels.create", { ...aboutPlans, after: { name: "plans", type: "text" } }),
  ],
  [
    "Alice deleted Lounge",
    anEntry("channels.delete", {
      target: { type: "channel", id: "channel-9", name: "Lounge" },
      before: { name: "Lounge", type: "voice" },
    }),
  ],
  [
    "Alice deleted 7 messages in #plans",
    anEntry("messages.bulkDelete", { ...aboutPlans, before: { count: 7 } }),
  ],
  [
    "Alice deleted a message of Bob in #plans",
    anEntry("messages.delete", {
      target: { type: "message", id: "message-1", name: null },
      before: { authorId: bob.id, channelId: "channel-1" },
    }),
  ],
  ["Alice muted Bob in voice", anEntry("voice.moderate", { ...aboutBob, after: { serverMute: true } })],
  [
    "Alice moved Bob to #plans",
    anEntry("voice.moderate", { ...aboutBob, after: { channelId: "channel-1" } }),
  ],
  [
    "Alice deleted the role Pilots",
    anEntry("roles.delete", { target: { type: "role", id: "role-1", name: "Pilots" } }),
  ],
  [
    "Alice gave Bob Crew, Pilots",
    anEntry("members.setRoles", {
      ...aboutBob,
      before: { roles: [] },
      after: {
        roles: [
          { id: "role-2", name: "Crew" },
          { id: "role-1", name: "Pilots" },
        ],
      },
    }),
  ],
  [
    "Alice gave Bob Crew, and took Pilots from them",
    anEntry("members.setRoles", {
      ...aboutBob,
      before: { roles: [{ id: "role-1", name: "Pilots" }] },
      after: { roles: [{ id: "role-2", name: "Crew" }] },
    }),
  ],
  [
    "Alice took Pilots from Bob",
    anEntry("members.setRoles", {
      ...aboutBob,
      before: { roles: [{ id: "role-1", name: "Pilots" }] },
      after: { roles: [] },
    }),
  ],
  ["Someone who is gone kicked Bob", anEntry("members.kick", { ...aboutBob, actor: null })],
];

describe("an act in words", () => {
  test.each(actsInServer)("%s", (sentence, entry) => {
    expect(sayEntry(entry, names)).toBe(sentence);
  });

  test("needs nothing but its name to be said", () => {
    for (const action of AuditAction.options) {
      const { label, say } = auditWords[action];
      expect(label).not.toBe("");
      expect(say(anEntry(action), names)).not.toMatch(/undefined|null| {2}|^ | $/);
    }
  });
});

const actsOnInstance: [string, AuditEntry][] = [
  ["Alice became the first administrator", anEntry("instance.claim", aboutBob)],
  [
    "Alice chose who may register: whoever has an invite",
    anEntry("admin.setRegistration", { after: { registration: "invite" } }),
  ],
  [
    "Alice switched off the account of Bob",
    anEntry("admin.setDisabled", { ...aboutBob, after: { isDisabled: true } }),
  ],
  [
    "Alice switched on the account of Bob",
    anEntry("admin.setDisabled", { ...aboutBob, after: { isDisabled: false } }),
  ],
  ["Alice made Bob an administrator", anEntry("admin.setAdmin", { ...aboutBob, after: { isAdmin: true } })],
  [
    "Alice removed Bob as an administrator",
    anEntry("admin.setAdmin", { ...aboutBob, after: { isAdmin: false } }),
  ],
  [
    "Alice deleted the account of bob",
    anEntry("admin.deleteAccount", {
      targetUser: aRef("Deleted user"),
      target: { type: "account", id: bob.id, name: "bob" },
    }),
  ],
  [
    "Alice gave the server Harbour to bob",
    anEntry("admin.setOwner", {
      target: { type: "server", id: "server-1", name: "Harbour" },
      after: { ownerId: bob.id, owner: "bob" },
    }),
  ],
];

describe("an act on the instance in words", () => {
  test.each(actsOnInstance)("%s", (sentence, entry) => {
    expect(sayEntry(entry, names)).toBe(sentence);
    // The sentence says it all.
    expect(listChanges(entry, names)).toEqual([]);
  });
});

describe("what an act changed", () => {
  const changesOf = (part: Partial<AuditEntry>) =>
    listChanges(anEntry("roles.update", part), names, { locale: "en-GB", timeZone: "UTC" });

  test("is told as before and after, without what stayed", () => {
    expect(
      changesOf({ before: { name: "Crew", color: "#ff0000" }, after: { name: "Pilots", color: "#ff0000" } }),
    ).toEqual([{ label: "Name", before: "Crew", after: "Pilots" }]);
  });

  test("names the permissions that came and went", () => {
    const before = formatPermissions(permissionBits("SPEAK", "KICK_MEMBERS"));
    const after = formatPermissions(permissionBits("SPEAK", "BAN_MEMBERS"));
    expect(changesOf({ before: { permissions: before }, after: { permissions: after } })).toEqual([
      { label: "Permissions", before: "without Kick members", after: "with Ban members" },
    ]);
  });

  test("names roles, channels, lengths and moments, and what is gone", () => {
    expect(
      changesOf({
        before: { roleIds: [], parentId: null, slowModeSeconds: 0 },
        after: {
          roleIds: ["role-1", "role-2"],
          parentId: "category-1",
          slowModeSeconds: 30,
          target: { type: "member", id: bob.id },
        },
      }),
    ).toEqual([
      { label: "Roles", before: "none", after: "Pilots, a role that is gone" },
      { label: "Category", before: "none", after: "Crew" },
      { label: "Slow mode", before: "off", after: "30 seconds" },
      { label: "For", before: undefined, after: "Bob" },
    ]);
  });

  test("tells roles that were taken and given, and what is set for whom", () => {
    expect(changesOf({ before: { roles: [{ id: "role-2", name: "Crew" }] }, after: { roles: [] } })).toEqual([
      { label: "Roles", before: "Crew", after: undefined },
    ]);
    const target = { type: "role", id: "role-1" };
    const none = formatPermissions(0n);
    const speak = formatPermissions(permissionBits("SPEAK"));
    expect(
      changesOf({ before: { target, allow: none, deny: none }, after: { target, allow: speak, deny: none } }),
    ).toEqual([
      { label: "For", before: undefined, after: "Pilots" },
      { label: "Allowed", before: undefined, after: "with Speak" },
    ]);
    expect(changesOf({ after: { overrides: [{ target, allow: none, deny: speak }] } })).toEqual([
      { label: "Permissions", before: undefined, after: "Pilots: allowed: none; denied: Speak" },
    ]);
  });

  test("tells an order by names, the highest role first", () => {
    const roles = [
      { id: "a", name: "Crew", position: 1 },
      { id: "b", name: "Pilots", position: 2 },
    ];
    expect(
      changesOf({
        before: { roles },
        after: { roles: roles.map((role) => ({ ...role, position: 3 - role.position })) },
      }),
    ).toEqual([{ label: "Roles", before: "Pilots, Crew", after: "Crew, Pilots" }]);
  });

  test("has words for a field that nobody thought of", () => {
    expect(changesOf({ after: { welcomeChannel: true } })).toEqual([
      { label: "Welcome channel", before: undefined, after: "yes" },
    ]);
  });
});
