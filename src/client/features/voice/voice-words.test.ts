import { describe, expect, test } from "vitest";

import { aVoiceState, channels } from "#client/app/voice-gallery/world.ts";
import type { VoiceEnd } from "#sdk/voice/index.ts";

import { describeVoiceState, voiceEndWords } from "./voice-words.ts";

const channelId = channels.lounge.id;
const refused = (failure: Extract<VoiceEnd, { kind: "refused" }>["failure"]): VoiceEnd => ({
  kind: "refused",
  channelId,
  failure,
});

describe("the end of a call, in words", () => {
  test.each<[string, VoiceEnd, RegExp]>([
    ["a closed port", { kind: "unreachable", channelId }, /firewall/],
    ["an old browser", { kind: "unsupported", channelId }, /WebRTC/],
    ["a full channel", refused({ reason: "VOICE_FULL", params: {} }), /Lounge could not be joined.*full/],
    [
      "voice that is off",
      refused({ reason: "VOICE_UNAVAILABLE", params: { cause: "UDP port 7880 is in use" } }),
      /UDP port 7880 is in use/,
    ],
    [
      "a missing permission",
      refused({ reason: "MISSING_PERMISSION", params: { permission: "CONNECT_VOICE" } }),
      /permission to join this voice channel/,
    ],
    ["another device", { kind: "ended", channelId, cause: "elsewhere" }, /another device/],
    [
      "a moderator",
      { kind: "ended", channelId, cause: "removed" },
      /A moderator disconnected you from Lounge/,
    ],
    ["a lost right", { kind: "ended", channelId, cause: "rights" }, /closed to you/],
    ["a long silence", { kind: "ended", channelId, cause: "lost" }, /Join Lounge again/],
  ])("after %s", (_, end, words) => {
    const { title, help } = voiceEndWords(end, "Lounge") ?? { title: "", help: "" };
    expect(`${title} ${help}`).toMatch(words);
  });

  test("is nothing after one's own leaving", () => {
    expect(voiceEndWords({ kind: "ended", channelId, cause: "left" }, "Lounge")).toBeUndefined();
  });
});

describe("how somebody is in voice, in words", () => {
  test.each<[Parameters<typeof aVoiceState>[1], string[]]>([
    [{}, []],
    [{ selfMute: true }, ["muted"]],
    [{ selfDeaf: true }, ["muted", "deafened"]],
    [{ selfMute: true, serverMute: true }, ["muted by a moderator"]],
    [{ serverDeaf: true }, ["deafened by a moderator"]],
    [{ camera: true, screen: true }, ["shows their camera", "shares their screen"]],
  ])("with %o", (changes, words) => {
    expect(describeVoiceState(aVoiceState(1, changes))).toEqual(words);
  });
});
