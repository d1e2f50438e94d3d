/** Voice from a client's side, on a real worker: what the procedures answer, and a server that has to do without. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { GatewayEvent } from "#shared/events.ts";
import { formatPermissions, permissionBits } from "#shared/permissions.ts";
import { aMember, aServer, aUser, type TestUser } from "#tests/support/builders.ts";
import { startTestServer } from "#tests/support/test-server.ts";
import { voiceConfig } from "#tests/support/voice-config.ts";

const opus = {
  mimeType: "audio/opus",
  payloadType: 111,
  clockRate: 48_000,
  channels: 2,
  parameters: { useinbandfec: 1 },
};
const microphone = {
  source: "microphone" as const,
  rtpParameters: { mid: "0", codecs: [opus], encodings: [{ ssrc: 1_234 }], rtcp: { cname: "alice" } },
};

/** The first event that fits, of those that come from now on. */
const nextEvent = <T extends GatewayEvent>(
  { client }: TestUser,
  fits: (event: GatewayEvent) => event is T,
): Promise<T> => {
  const { promise, resolve } = Promise.withResolvers<T>();
  const stop = client.events.onAny((event) => {
    if (fits(event)) resolve(event);
  });
  return promise.finally(stop);
};
const isType =
  <K extends GatewayEvent["t"]>(type: K) =>
  (event: GatewayEvent): event is Extract<GatewayEvent, { t: K }> =>
    event.t === type;

const live = async (user: TestUser): Promise<void> => {
  const ready = nextEvent(user, isType("READY"));
  user.client.events.start();
  await ready;
};

const healthOf = async (url: string): Promise<unknown> => (await fetch(`${url}/health`)).json();

describe("a client in voice", () => {
  it("VO3 joins in one answer, is seen by the others, and is told of what begins later", async () => {
    await using server = await startTestServer({ voice: await voiceConfig() });
    await using alice = await aUser(server);
    const { serverId, voiceChannelId: channelId, ...made } = await aServer(alice);
    await using bob = await aMember(server, { serverId, voiceChannelId: channelId, ...made });
    await live(bob);
    const { rtpCapabilities } = await bob.client.api.voice.capabilities.query();
    const seen = nextEvent(bob, isType("VOICE_STATE_UPDATE"));
    const ofAlice = await alice.client.api.voice.join.mutate({ channelId, rtpCapabilities });
    expect((await seen).d).toMatchObject({ userId: alice.id, channelId });
    expect(ofAlice).toMatchObject({ channelId, consumers: [], iceServers: [] });
    expect(ofAlice.sendTransport.iceCandidates.map(({ protocol, ip }) => [protocol, ip])).toEqual([
      ["udp", "127.0.0.1"],
      ["tcp", "127.0.0.1"],
    ]);

    const ofBob = await bob.client.api.voice.join.mutate({ channelId, rtpCapabilities, selfMute: true });
    const told = nextEvent(bob, isType("VOICE_CONSUMERS"));
    const { producerId } = await alice.client.api.voice.produce.mutate({
      transportId: ofAlice.sendTransport.id,
      ...microphone,
    });
    expect((await told).d).toMatchObject({
      voiceSessionId: ofBob.voiceSessionId,
      consumers: [{ producerId, userId: alice.id, source: "microphone", kind: "audio" }],
    });
    expect(await bob.client.api.voice.states.query({ serverId })).toMatchObject([
      { userId: alice.id, selfMute: false },
      { userId: bob.id, selfMute: true },
    ]);
    expect(await healthOf(server.url)).toMatchObject({ voice: "available", voice_participants: 2 });

    const gone = nextEvent(bob, isType("VOICE_CONSUMERS_CLOSED"));
    await alice.client.api.voice.leave.mutate({ voiceSessionId: ofAlice.voiceSessionId });
    await gone;
    expect(await bob.client.api.voice.states.query({ serverId })).toMatchObject([{ userId: bob.id }]);
  });

  it("VO8 cannot take what is another's, nor send what it may not, on a real worker either", async () => {
    await using server = await startTestServer({ voice: await voiceConfig() });
    await using alice = await aUser(server);
    const made = await aServer(alice);
    await using bob = await aMember(server, made);
    const channelId = made.voiceChannelId;
    const { rtpCapabilities } = await alice.client.api.voice.capabilities.query();
    const ofAlice = await alice.client.api.voice.join.mutate({ channelId, rtpCapabilities });
    await bob.client.api.voice.join.mutate({ channelId, rtpCapabilities });
    const { voice } = bob.client.api;
    const transportId = ofAlice.sendTransport.id;
    const fingerprint = { algorithm: "sha-256" as const, value: Array(32).fill("AB").join(":") };
    const refused = (reason: string) => ({ data: { reason } });
    await expect(
      voice.connectTransport.mutate({ transportId, dtlsParameters: { fingerprints: [fingerprint] } }),
    ).rejects.toMatchObject(refused("NOT_FOUND"));
    await expect(voice.produce.mutate({ transportId, ...microphone })).rejects.toMatchObject(
      refused("NOT_FOUND"),
    );
    await alice.client.api.channels.setOverride.mutate({
      channelId,
      target: { type: "member", id: bob.id },
      allow: "0",
      deny: formatPermissions(permissionBits("SPEAK")),
    });
    const again = await voice.join.mutate({ channelId, rtpCapabilities });
    await expect(
      voice.produce.mutate({ transportId: again.sendTransport.id, ...microphone }),
    ).rejects.toMatchObject({ data: { reason: "MISSING_PERMISSION", params: { permission: "SPEAK" } } });
  });

  it("has its RTP parameters refused with a reason when no router can forward them", async () => {
    await using server = await startTestServer({ voice: await voiceConfig() });
    await using alice = await aUser(server);
    const { voiceChannelId: channelId } = await aServer(alice);
    const { voice } = alice.client.api;
    const { rtpCapabilities } = await voice.capabilities.query();
    const { sendTransport, voiceSessionId } = await voice.join.mutate({ channelId, rtpCapabilities });
    const wrong = [
      { ...microphone.rtpParameters, codecs: [{ ...opus, mimeType: "audio/telepathy" }] },
      { ...microphone.rtpParameters, codecs: [{ ...opus, mimeType: "video/VP8", clockRate: 90_000 }] },
    ];
    for (const rtpParameters of wrong) {
      await expect(
        voice.produce.mutate({ transportId: sendTransport.id, source: "microphone", rtpParameters }),
      ).rejects.toMatchObject({ data: { reason: "INVALID_INPUT" } });
    }
    const made = await voice.produce.mutate({ transportId: sendTransport.id, ...microphone });
    expect((await voice.sync.query({ voiceSessionId })).producerIds).toEqual([made.producerId]);
  });
});

describe("a server without voice", () => {
  it("starts all the same when its voice port is taken, carries text, and says why to everyone who asks", async () => {
    const voice = await voiceConfig();
    const squatter = createSocket("udp4").bind(voice.port, "127.0.0.1");
    await once(squatter, "listening");
    try {
      await using server = await startTestServer({ voice });
      await using alice = await aUser(server);
      const { channelId, voiceChannelId } = await aServer(alice);
      await expect(
        alice.client.api.messages.send.mutate({ channelId, content: "still here" }),
      ).resolves.toMatchObject({ content: "still here" });
      const cause: unknown = expect.stringMatching(new RegExp(`${voice.port}.*VOICE_PORT`));
      const refusal = { data: { reason: "VOICE_UNAVAILABLE", params: { cause } } };
      await expect(alice.client.api.voice.capabilities.query()).rejects.toMatchObject(refusal);
      await expect(
        alice.client.api.voice.join.mutate({ channelId: voiceChannelId, rtpCapabilities: {} }),
      ).rejects.toMatchObject(refusal);
      expect(await healthOf(server.url)).toMatchObject({
        status: "degraded",
        voice: "unavailable",
        voice_problem: cause,
      });
    } finally {
      squatter.close();
    }
  });

  it.each([
    ["its worker is not there", { workerBinary: "/nowhere/mediasoup-worker" }, /does not run/],
    ["none is installed", { workerBinary: undefined }, /npm start/],
    ["the set-up found none", { workerProblem: "the voice worker could not be built" }, /could not be built/],
  ])("says so when %s", async (_, changes, cause) => {
    await using server = await startTestServer({ voice: { ...(await voiceConfig()), ...changes } });
    const problem: unknown = expect.stringMatching(cause);
    expect(await healthOf(server.url)).toMatchObject({ status: "degraded", voice_problem: problem });
  });
});

it("VO7 clears what a server that was killed has left of voice", async () => {
  await using server = await startTestServer({ voice: await voiceConfig() });
  await using alice = await aUser(server);
  const { serverId, voiceChannelId: channelId } = await aServer(alice);
  const { rtpCapabilities } = await alice.client.api.voice.capabilities.query();
  await alice.client.api.voice.join.mutate({ channelId, rtpCapabilities });
  await server.restart();
  expect(await alice.client.api.voice.states.query({ serverId })).toEqual([]);
});
