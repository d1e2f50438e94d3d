import { expect, test } from "vitest";

import type { AnyEventHandler } from "#sdk/index.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { GatewayEvent } from "#shared/events.ts";
import type { ChannelId } from "#shared/ids.ts";
import { aReady, channelId, userId } from "#tests/support/wire-objects.ts";
import { watchCompanions } from "./companions.ts";

const [snapshot] = aReady().servers;
if (!snapshot) throw new Error("no server to be in");
const serverId = snapshot.server.id;
const here = channelId(1);
const there = channelId(2);
const me = userId(2);

const stateOf = (user: number, channel: ChannelId, selfMute = false): VoiceState => ({
  userId: userId(user),
  channelId: channel,
  serverId,
  selfMute,
  selfDeaf: false,
  serverMute: false,
  serverDeaf: false,
  camera: false,
  screen: false,
  joinedAt: "2026-01-01T00:00:00.000Z",
});

/** In the channel `here` from the beginning, beside those given. */
const createWatched = (voiceStates: VoiceState[] = []) => {
  const handlers = new Set<AnyEventHandler>();
  const told: string[] = [];
  const place: { own: ChannelId | null } = { own: here };
  const stop = watchCompanions({
    events: {
      onAny: (handler) => {
        handlers.add(handler);
        return () => handlers.delete(handler);
      },
    },
    findChannel: () => place.own,
    findUser: () => me,
    onChange: (change) => told.push(change),
  });
  const say = (event: GatewayEvent): void => {
    for (const handler of handlers) void handler(event, "1-1");
  };
  const ready = (states: VoiceState[]): void =>
    say({ t: "READY", d: aReady({ servers: [{ ...snapshot, voiceStates: states }] }) });
  ready(voiceStates);
  return {
    told,
    place,
    stop,
    ready,
    move: (state: VoiceState) => say({ t: "VOICE_STATE_UPDATE", d: state }),
    leave: (user: number) =>
      say({ t: "VOICE_STATE_UPDATE", d: { userId: userId(user), channelId: null, serverId } }),
  };
};

test("VO14: another's coming and going is told, their mute is not", () => {
  const { told, move, leave } = createWatched();
  move(stateOf(3, here));
  move(stateOf(3, here, true));
  expect(told).toEqual(["other-joined"]);
  leave(3);
  expect(told).toEqual(["other-joined", "other-left"]);
});

test("who moves over comes, or goes", () => {
  const { told, move } = createWatched([stateOf(3, there), stateOf(4, here)]);
  move(stateOf(3, here));
  move(stateOf(4, there));
  expect(told).toEqual(["other-joined", "other-left"]);
});

test("who was there before makes no sound by a mute", () => {
  const { told, move } = createWatched([stateOf(3, here)]);
  move(stateOf(3, here, true));
  expect(told).toEqual([]);
});

test("other channels, one's own moves and a return of the stream are silent", () => {
  const { told, move, leave, ready } = createWatched();
  move(stateOf(3, there));
  leave(3);
  move(stateOf(2, here));
  leave(2);
  ready([stateOf(3, here)]);
  expect(told).toEqual([]);
});

test("nothing is told outside a call, nor after the stop", () => {
  const { told, place, move, leave, stop } = createWatched([stateOf(3, here)]);
  place.own = null;
  leave(3);
  place.own = here;
  stop();
  move(stateOf(3, here));
  expect(told).toEqual([]);
});
