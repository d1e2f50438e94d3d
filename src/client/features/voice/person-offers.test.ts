import { describe, expect, test } from "vitest";

import { aVoiceState, channels } from "#client/app/voice-gallery/world.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { PermissionName } from "#shared/permissions.ts";

import { listOffers } from "./person-offers.ts";

const { general, lounge, kitchen, office } = channels;
const nothing = { mute: undefined, deafen: undefined, targets: [], canDisconnect: false };

/** For somebody who has these permissions in each of the channels. */
const withPermissions = (...names: PermissionName[]) => {
  const open: Channel[] = [general, lounge, kitchen];
  const canIn = (channel: Channel, name: PermissionName): boolean =>
    open.includes(channel) && names.includes(name);
  return { channels: open, canIn };
};

describe("what is offered about somebody in voice", () => {
  test.each<[PermissionName, Partial<ReturnType<typeof listOffers>>]>([
    ["SPEAK", {}],
    ["MUTE_MEMBERS", { mute: { isOn: false } }],
    ["DEAFEN_MEMBERS", { deafen: { isOn: true } }],
    ["MOVE_MEMBERS", { targets: [expect.objectContaining({ id: kitchen.id })], canDisconnect: true }],
  ])("with %s", (permission, offered) => {
    const state = aVoiceState(1, { serverDeaf: true });
    const offers = listOffers(state, { ...withPermissions(permission), isBelow: true });
    expect(offers).toEqual({ ...nothing, ...offered });
  });

  test("is nothing for who stands as high as the caller", () => {
    const all = withPermissions("MUTE_MEMBERS", "DEAFEN_MEMBERS", "MOVE_MEMBERS");
    expect(listOffers(aVoiceState(1), { ...all, isBelow: false })).toEqual(nothing);
  });

  test("leaves out channels into which the caller may move nobody", () => {
    const all = withPermissions("MOVE_MEMBERS");
    const withOffice = [...all.channels, office];
    const { targets } = listOffers(aVoiceState(1), { ...all, channels: withOffice, isBelow: true });
    expect(targets.map(({ name }) => name)).toEqual(["Kitchen"]);
  });

  test("is nothing in a channel that the caller can't see", () => {
    const offers = listOffers(aVoiceState(1, { channelId: office.id }), {
      ...withPermissions("MUTE_MEMBERS"),
      isBelow: true,
    });
    expect(offers).toEqual(nothing);
  });
});
