import { describe, expect, test } from "vitest";

import type { OwnVoice, VoiceCallState } from "#sdk/voice/index.ts";
import { ChannelId, VoiceSessionId } from "#shared/ids.ts";
import { findCallSound, findOwnSound } from "./call-sounds.ts";

const channelId = ChannelId.parse("01890000-0000-7000-8000-000000000001");
const idle: VoiceCallState = { kind: "idle", end: null };
const ended: VoiceCallState = { kind: "idle", end: { kind: "ended", channelId, cause: "removed" } };
const unreachable: VoiceCallState = { kind: "idle", end: { kind: "unreachable", channelId } };
const joining: VoiceCallState = { kind: "joining", channelId };
const connected: VoiceCallState = {
  kind: "connected",
  channelId,
  voiceSessionId: VoiceSessionId.parse("01890000-0000-7000-8000-000000000002"),
  rights: { canSpeak: true, canStream: true },
  sinceMs: 0,
};
const cut: VoiceCallState = { kind: "reconnecting", channelId, cause: "network" };
const moved: VoiceCallState = { kind: "reconnecting", channelId, cause: "moved" };

describe("VO14: the call's sounds", () => {
  test.each([
    ["a join", joining, connected, "join"],
    ["a move by a moderator", moved, connected, "join"],
    ["the return after a cut", cut, connected, null],
    ["a change of rights", connected, connected, null],
    ["a cut", connected, cut, null],
    ["the way over to another channel", connected, joining, null],
    ["one's own leave", connected, idle, "leave"],
    ["a leave while it comes back", cut, idle, "leave"],
    ["being removed", connected, ended, "disconnected"],
    ["a cut without return", cut, unreachable, "disconnected"],
    ["a join that fails", joining, unreachable, null],
    ["a join that is given up", joining, idle, null],
    ["the beginning", idle, joining, null],
  ])("%s", (...[, before, now, sound]) => {
    expect(findCallSound(before, now)).toBe(sound);
  });
});

const own = (isMuted: boolean, isDeaf: boolean): OwnVoice => ({
  isMuted,
  isDeaf,
  camera: null,
  screen: null,
});

describe("VO14: the switches' sounds", () => {
  test.each([
    ["mute", own(false, false), own(true, false), "mute"],
    ["unmute", own(true, false), own(false, false), "unmute"],
    ["deafen, which mutes too", own(false, false), own(true, true), "deafen"],
    ["undeafen, which unmutes too", own(true, true), own(false, false), "undeafen"],
    ["undeafen to the mute before", own(true, true), own(true, false), "undeafen"],
    ["anything else", own(true, false), own(true, false), null],
  ])("%s", (...[, before, now, sound]) => {
    expect(findOwnSound(before, now)).toBe(sound);
  });
});
