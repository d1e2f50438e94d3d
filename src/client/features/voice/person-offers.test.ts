import { describe, expect, test } from "vitest";

import { aVoiceState, channels } from "#client/app/voice-gallery/world.ts";
import type { Channel } from "#shared/contract/channels.ts";
import { formatPermissions, permissionBits, type PermissionName } from "#shared/permissions.ts";

import { listOffers } from "./person-offers.ts";

const { general, lounge, kitchen, office } = channels;
const nothing = { mute: undefined, deafen: undefined, targets: [], canDisconnect: false };

/** The channels as somebody sees them who has these permissions in each voice channel. */
const withPermissions = (...names: PermissionName[]): Channel[] =>
  [general, lounge, kitchen].map((channel) => ({
    ...channel,
    permissions: formatPermissions(permissionBits("VIEW_CHANNEL", ...names)),
  }));

describe("what is offered about somebody in voice", () => {
  test.each<[PermissionName, Partial<ReturnType<typeof listOffers>>]>([
    ["SPEAK", {}],
    ["MUTE_MEMBERS", { mute: { isOn: false } }],
    ["DEAFEN_MEMBERS", { deafen: { isOn: true } }],
    ["MOVE_MEMBERS", { targets: [expect.objectContaining({ id: kitchen.id })], canDisconnect: true }],
  ])("with %s", (permission, offered) => {
    const state = aVoiceState(1, { serverDeaf: true });
    const offers = listOffers(state, { channels: withPermissions(permission), isBelow: true });
    expect(offers).toEqual({ ...nothing, ...offered });
  });

  test("is nothing for who stands as high as the caller", () => {
    const all = withPermissions("MUTE_MEMBERS", "DEAFEN_MEMBERS", "MOVE_MEMBERS");
    expect(listOffers(aVoiceState(1), { channels: all, isBelow: false })).toEqual(nothing);
  });

  test("leaves out channels into which the caller may move nobody", () => {
    const closed = { ...office, permissions: formatPermissions(permissionBits("VIEW_CHANNEL")) };
    const all = [...withPermissions("MOVE_MEMBERS"), closed];
    const { targets } = listOffers(aVoiceState(1), { channels: all, isBelow: true });
    expect(targets.map(({ name }) => name)).toEqual(["Kitchen"]);
  });

  test("is nothing in a channel that the caller can't see", () => {
    const offers = listOffers(aVoiceState(1, { channelId: office.id }), {
      channels: withPermissions("MUTE_MEMBERS"),
      isBelow: true,
    });
    expect(offers).toEqual(nothing);
  });
});
