/** What a modified client may say of its media: every bit of it is refused, or can be received by everybody else. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Produce } from "#shared/contract/voice.ts";
import { startSfu } from "#tests/support/voice-sfu.ts";
import { routerRtpCapabilities } from "./codecs.ts";
import { MediaProducer } from "./media-streams.ts";
import { aPeerListener, aRoomListener } from "./sfu.suite.ts";

const opus = { mimeType: "audio/opus", payloadType: 111, clockRate: 48_000, channels: 2 };

const payloadType = fc.constantFrom(0, 96, 97, 100, 101, 111, 127);
const settings = fc.dictionary(
  fc.constantFrom("apt", "minptime", "stereo", "profile-id", "packetization-mode", "profile-level-id", ""),
  fc.oneof(fc.string({ maxLength: 8 }), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  { maxKeys: 3 },
);
const feedbacks = fc.array(
  fc.record({
    type: fc.constantFrom("nack", "ccm", "goog-remb", "x"),
    parameter: fc.constantFrom("", "pli", "y"),
  }),
  { maxLength: 3 },
);
const codecOf = (mimeTypes: string[], form: { clockRate: number; channels?: number }) =>
  fc
    .record({
      mimeType: fc.constantFrom(...mimeTypes),
      payloadType,
      parameters: fc.oneof(fc.constant({}), fc.record({ apt: payloadType }), settings),
      rtcpFeedback: feedbacks,
    })
    .map((codec) => ({ ...codec, ...form }));
const ssrc = fc.constantFrom(0, 1, 2, 0xffff_ffff);
const odd = fc.record(
  {
    ssrc,
    rid: fc.constantFrom("r0", "r1", ""),
    codecPayloadType: payloadType,
    rtx: fc.record({ ssrc }),
    scalabilityMode: fc.constantFrom("L1T3", "L3T3_KEY", "L0T0", "L99T99", "x"),
    maxBitrate: fc.constantFrom(0, 0xffff_ffff),
  },
  { requiredKeys: [] },
);
const encoding = fc.oneof(odd, fc.record({ ssrc }));
const extension = fc.record({
  uri: fc.constantFrom(...(routerRtpCapabilities.headerExtensions ?? []).map(({ uri }) => uri), "x"),
  id: fc.integer({ min: 1, max: 255 }),
});
/** What is wrong in every part is refused for the first of them, and shows nothing of the others. */
const oftenOne = <T>(one: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.tuple(one) },
    { weight: 1, arbitrary: fc.array(one, { minLength: 1, maxLength: 3 }) },
  );
const mediaOf = (sources: string[], codec: ReturnType<typeof codecOf>) =>
  fc.record({
    source: fc.constantFrom(...sources),
    rtpParameters: fc.record(
      {
        mid: fc.constantFrom("0", "", "a name that is longer than any browser’s"),
        codecs: oftenOne(codec),
        headerExtensions: fc.array(extension, { maxLength: 4 }),
        encodings: oftenOne(encoding),
        rtcp: fc.record({ cname: fc.string() }, { requiredKeys: [] }),
      },
      { requiredKeys: ["codecs"] },
    ),
  });
const media = fc.oneof(
  mediaOf(
    ["microphone", "screen-audio"],
    codecOf(["audio/opus", "audio/opus", "audio/rtx"], { clockRate: 48_000, channels: 2 }),
  ),
  mediaOf(
    ["camera", "screen"],
    codecOf(["video/VP8", "video/VP8", "video/H264", "video/rtx"], { clockRate: 90_000 }),
  ),
);

const aRoom = async () => {
  const made = await startSfu();
  const { listener, told } = aRoomListener();
  const room = await made.sfu.openRoom(listener);
  const openPeer = () => room.openPeer(aPeerListener().listener);
  return { told, openPeer, [Symbol.asyncDispose]: made[Symbol.asyncDispose] };
};

test("VO8 whatever is taken from one can be received by the others, and all else is refused", async () => {
  await using room = await aRoom();
  const hearer = await room.openPeer();
  const outcomes = { taken: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(media, async (said) => {
      const peer = await room.openPeer();
      const input = Produce.safeParse({ ...said, transportId: peer.sendTransport.id });
      fc.pre(input.success);
      const producing = peer.produce({ ...input.data, isPaused: false });
      const outcome = await producing.catch((error: unknown) => error);
      if (outcome instanceof MediaProducer) {
        outcomes.taken += 1;
        const consumer = await hearer.consume(outcome, routerRtpCapabilities);
        expect(consumer).toMatchObject({ kind: outcome.kind });
      } else {
        outcomes.refused += 1;
        expect(outcome).toMatchObject({ reason: "INVALID_INPUT" });
      }
      peer.close();
    }),
    { numRuns: 300 },
  );
  expect(outcomes.taken).toBeGreaterThan(20);
  expect(outcomes.refused).toBeGreaterThan(20);
  expect(room.told.deaths).toBe(0);
});

test("VO8 a microphone that is refused leaves nothing behind", async () => {
  await using room = await aRoom();
  const peer = await room.openPeer();
  const produce = (codecs: (typeof opus)[]) =>
    peer.produce({
      transportId: peer.sendTransport.id,
      source: "microphone",
      rtpParameters: { codecs, encodings: [{ ssrc: 7 }] },
      isPaused: false,
    });
  await expect(produce([opus, { ...opus, payloadType: 112 }])).rejects.toMatchObject({
    reason: "INVALID_INPUT",
  });
  const producer = await produce([opus]);
  await expect(produce([opus])).rejects.toMatchObject({ reason: "INVALID_INPUT" });
  const hearer = await room.openPeer();
  expect(await hearer.consume(producer, routerRtpCapabilities)).toMatchObject({ producerId: producer.id });
});
