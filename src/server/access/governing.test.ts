import { describe, expect, test } from "vitest";
import type { Override, SharedChannel } from "#shared/contract/channels.ts";
import type { ChannelId, RoleId } from "#shared/ids.ts";
import { formatPermissions, type PermissionName, permissionBits } from "#shared/permissions.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { RightsCache } from "./rights-cache.ts";
import { findGain } from "./governing.ts";
import type { RoleState, ServerState } from "./server-state.ts";

const ids = createIdSource(new FakeClock());
const [serverId, channelId] = [ids.serverId(), ids.channelId()];
const [everyone, helper] = [ids.roleId(), ids.roleId()];
const [owner, member] = [ids.userId(), ids.userId()];

interface Setting {
  everyone?: PermissionName[];
  helper?: PermissionName[];
  holds?: RoleId[];
  overrides?: Override[];
  channels?: ChannelId[];
  isGone?: boolean;
}

const aRole = (id: RoleId, position: number, names: PermissionName[] = []): [RoleId, RoleState] => [
  id,
  { id, name: `role ${position}`, color: null, permissions: permissionBits(...names), position },
];

const aChannel = (id: ChannelId, overrides: Override[] = []): [ChannelId, SharedChannel] => [
  id,
  {
    id,
    serverId,
    type: "text",
    name: "channel",
    topic: null,
    parentId: null,
    position: 0,
    slowModeSeconds: 0,
    overrides,
    followsCategory: false,
  },
];

const aState = (setting: Setting = {}): ServerState => ({
  rights: new RightsCache(),
  id: serverId,
  ownerId: owner,
  everyoneRoleId: everyone,
  roles: new Map([
    aRole(everyone, 0, setting.everyone ?? ["VIEW_CHANNEL", "SEND_MESSAGES"]),
    aRole(helper, 1, setting.helper),
  ]),
  channels: new Map((setting.channels ?? [channelId]).map((id) => aChannel(id, setting.overrides))),
  members: new Map(
    (setting.isGone ? [owner] : [owner, member]).map((userId) => [
      userId,
      { roleIds: userId === member ? (setting.holds ?? [helper]) : [], timeoutUntil: null },
    ]),
  ),
});

const denying = (...names: PermissionName[]): Override[] => [
  {
    target: { type: "role", id: helper },
    allow: "0",
    deny: formatPermissions(permissionBits(...names)),
  },
];

describe("a gain", () => {
  const cases: [name: string, change: [before: Setting, after: Setting], gain: PermissionName | undefined][] =
    [
      ["is none where nothing changes", [{}, {}], undefined],
      ["is none where something is lost", [{ helper: ["KICK_MEMBERS"] }, {}], undefined],
      ["is a permission in the server", [{}, { helper: ["KICK_MEMBERS"] }], "KICK_MEMBERS"],
      ["is the first of several", [{}, { helper: ["MANAGE_ROLES", "KICK_MEMBERS"] }], "KICK_MEMBERS"],
      ["is all of them with ADMINISTRATOR", [{}, { helper: ["ADMINISTRATOR"] }], "MANAGE_MESSAGES"],
      [
        "is none for what another role gives already",
        [{ everyone: ["VIEW_CHANNEL", "SPEAK"] }, { everyone: ["VIEW_CHANNEL"], helper: ["SPEAK"] }],
        undefined,
      ],
      ["is what an override denied", [{ overrides: denying("SEND_MESSAGES") }, {}], "SEND_MESSAGES"],
      [
        "is what a role denied that is held no more",
        [{ overrides: denying("SEND_MESSAGES") }, { overrides: denying("SEND_MESSAGES"), holds: [] }],
        "SEND_MESSAGES",
      ],
      ["is the sight of a channel", [{ overrides: denying("VIEW_CHANNEL") }, {}], "VIEW_CHANNEL"],
      ["is none in a channel that was not there", [{ channels: [] }, {}], undefined],
      ["is none in one that is gone", [{ overrides: denying("SEND_MESSAGES") }, { channels: [] }], undefined],
      ["is none for one who is gone", [{}, { isGone: true }], undefined],
      ["is everything for one who was none before", [{ isGone: true }, {}], "VIEW_CHANNEL"],
    ];
  test.each(cases)("%s", (_, [before, after], gain) => {
    expect(findGain(aState(before), aState(after), member)).toBe(gain);
  });

  test("is none for the owner, who has everything", () => {
    expect(
      findGain(aState({ overrides: denying("VIEW_CHANNEL") }), aState({ helper: ["ADMINISTRATOR"] }), owner),
    ).toBeUndefined();
  });
});
