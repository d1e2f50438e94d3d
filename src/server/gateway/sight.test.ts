import { expect, test } from "vitest";
import { RightsCache } from "#server/access/rights-cache.ts";
import { type ServerState, setMember } from "#server/access/server-state.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import type { Override } from "#shared/contract/channels.ts";
import type { UserId } from "#shared/ids.ts";
import { formatPermissions, permissionBits } from "#shared/permissions.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { SightFinder } from "./sight.ts";

const ids = createIdSource(new FakeClock());
const [alice, bob, carol] = [ids.userId(), ids.userId(), ids.userId()];
const member = { roleIds: [], timeoutUntil: null };

/** One channel that everybody sees, and one that is hidden from some. */
const aState = ({ hiddenFrom }: { hiddenFrom: UserId[] }): ServerState => {
  const [serverId, everyoneRoleId] = [ids.serverId(), ids.roleId()];
  const hide = (id: UserId): Override => ({
    target: { type: "member", id },
    allow: formatPermissions(0n),
    deny: formatPermissions(permissionBits("VIEW_CHANNEL")),
  });
  const aChannel = (overrides: Override[]) => ({
    ...{ id: ids.channelId(), serverId, type: "text" as const, name: "harbour", topic: null, parentId: null },
    ...{ position: 0, slowModeSeconds: 0, followsCategory: false, overrides },
  });
  const everyone = { id: everyoneRoleId, name: "everyone", color: null, position: 0 };
  const channels = [aChannel([]), aChannel(hiddenFrom.map(hide))];
  return {
    ...{ id: serverId, ownerId: ids.userId(), everyoneRoleId },
    roles: new Map([[everyoneRoleId, { ...everyone, permissions: permissionBits("VIEW_CHANNEL") }]]),
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    members: new Map([alice, bob, carol].map((id) => [id, member])),
    rights: new RightsCache(),
  };
};

test("GW9 members who see the same of a server share one sight, and nobody sees more by that", () => {
  const finder = new SightFinder();
  const state = aState({ hiddenFrom: [carol] });
  const sight = finder.find(state, alice);
  expect(sight?.channels.size).toBe(2);
  expect(finder.find(state, bob)).toBe(sight);
  expect(finder.find(state, carol)?.channels.size).toBe(1);
  expect(finder.find(state, alice)?.channels.size).toBe(2);
  setMember(state, bob, undefined);
  expect(finder.find(state, bob)).toBeUndefined();
  expect(finder.find(aState({ hiddenFrom: [alice] }), alice)?.channels.size).toBe(1);
});
