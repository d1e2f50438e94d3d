import { expect, test } from "vitest";

import type { AnyEventHandler } from "#sdk/index.ts";
import { StateCell } from "#sdk/readable-state.ts";
import type { RemoteStream } from "#sdk/voice/index.ts";
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

const before = "2026-01-01T00:00:00.000Z";
const atJoin = "2026-01-01T00:01:00.000Z";
const after = "2026-01-01T00:02:00.000Z";

const stateOf = (user: number, channel: ChannelId, changes: Partial<VoiceState> = {}): VoiceState => ({
  userId: userId(user),
  channelId: channel,
  serverId,
  selfMute: false,
  selfDeaf: false,
  serverMute: false,
  serverDeaf: false,
  camera: false,
  screen: false,
  joinedAt: after,
  ...changes,
});

/** In the channel `here` from the beginning; nobody has told yet who else is. */
const createWatched = () => {
  const handlers = new Set<AnyEventHandler>();
  const told: string[] = [];
  const place: { own: ChannelId | null } = { own: here };
  const streams = new StateCell<readonly Pick<RemoteStream, "userId">[]>([]);
  const stop = watchCompanions({
    streams,
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
  const move = (state: VoiceState): void => say({ t: "VOICE_STATE_UPDATE", d: state });
  move(stateOf(2, here, { joinedAt: atJoin }));
  return {
    told,
    place,
    stop,
    move,
    hear: (...users: number[]) => streams.set(users.map((user) => ({ userId: userId(user) }))),
    ready: (voiceStates: VoiceState[]) =>
      say({ t: "READY", d: aReady({ servers: [{ ...snapshot, voiceStates }] }) }),
    leave: (user: number) =>
      say({ t: "VOICE_STATE_UPDATE", d: { userId: userId(user), channelId: null, serverId } }),
  };
};

test("VO14: another's coming and going is told, their mute is not", () => {
  const { told, move, leave } = createWatched();
  move(stateOf(3, here));
  move(stateOf(3, here, { selfMute: true }));
  expect(told).toEqual(["other-joined"]);
  leave(3);
  expect(told).toEqual(["other-joined", "other-left"]);
});

test("who moves over comes, or goes", () => {
  const { told, move, ready } = createWatched();
  ready([stateOf(3, there), stateOf(4, here)]);
  move(stateOf(3, here, { joinedAt: before }));
  move(stateOf(4, there));
  expect(told).toEqual(["other-joined", "other-left"]);
});

test("who was there before makes no sound by a mute, known or not", () => {
  const { told, move, ready } = createWatched();
  move(stateOf(3, here, { joinedAt: before, selfMute: true }));
  ready([stateOf(4, here)]);
  move(stateOf(4, here, { selfMute: true }));
  expect(told).toEqual([]);
});

test("who was there before goes with a sound once they were heard, or told anything of themselves", () => {
  const { told, move, leave, hear } = createWatched();
  move(stateOf(3, here, { joinedAt: before, selfMute: true }));
  leave(3);
  hear(4);
  hear();
  leave(4);
  leave(5);
  expect(told).toEqual(["other-left", "other-left"]);
});

test("other channels, one's own moves and a return of the stream are silent", () => {
  const { told, move, leave, ready } = createWatched();
  move(stateOf(3, there));
  leave(3);
  leave(2);
  move(stateOf(2, here));
  ready([stateOf(3, here)]);
  expect(told).toEqual([]);
});

test("nothing is told outside a call, nor after the stop", () => {
  const { told, place, move, leave, ready, stop } = createWatched();
  ready([stateOf(3, here)]);
  place.own = null;
  leave(3);
  place.own = here;
  stop();
  move(stateOf(3, here));
  expect(told).toEqual([]);
});
