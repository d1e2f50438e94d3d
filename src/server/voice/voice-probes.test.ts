import { expect, test } from "vitest";
import { UserId } from "#shared/ids.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { FakeSfu } from "#tests/support/fake-sfu.ts";
import { VoiceProbes } from "./voice-probes.ts";

const aUserId = (index: number): UserId =>
  UserId.parse(`01890a5d-ac96-774b-bcce-${String(index).padStart(12, "0")}`);

const make = () => {
  const clock = new FakeClock();
  const sfu = new FakeSfu();
  return { clock, sfu, probes: new VoiceProbes({ sfu, clock, scheduler: clock }) };
};

test("VO16 gives what a client needs to knock, and no name by which it could be connected", async () => {
  const { probes } = make();
  const { transports, expiresInMs } = await probes.open(aUserId(1));
  expect(transports.map((transport) => Object.keys(transport).toSorted())).toEqual([
    ["dtlsParameters", "iceCandidates", "iceParameters"],
  ]);
  expect(expiresInMs).toBe(20_000);
});

test("closes by itself after its time", async () => {
  const { clock, sfu, probes } = make();
  await probes.open(aUserId(1));
  clock.advance(19_999);
  expect(sfu.probes.size).toBe(1);
  clock.advance(1);
  expect(sfu.probes.size).toBe(0);
});

test("is one for each user: a new one closes the older, also while that is still being opened", async () => {
  const { clock, sfu, probes } = make();
  await probes.open(aUserId(1));
  await Promise.all([probes.open(aUserId(1)), probes.open(aUserId(1)), probes.open(aUserId(2))]);
  expect(sfu.probes.size).toBe(2);
  clock.advance(20_000);
  expect(sfu.probes.size).toBe(0);
  expect(clock.pendingCount).toBe(0);
});

test("are ten at most: who comes next is told when the oldest closes, and has a place then", async () => {
  const { clock, sfu, probes } = make();
  await probes.open(aUserId(0));
  clock.advance(5_000);
  await Promise.all(Array.from({ length: 9 }, (_, index) => probes.open(aUserId(index + 1))));
  await expect(probes.open(aUserId(10))).rejects.toMatchObject({
    reason: "RATE_LIMITED",
    params: { retryAfterMs: 15_000 },
  });
  // Whoever has one takes no further place.
  await probes.open(aUserId(3));
  expect(sfu.probes.size).toBe(10);
  clock.advance(15_000);
  await probes.open(aUserId(10));
  expect(sfu.probes.size).toBe(10);
});

test("does not count one that could not be opened", async () => {
  const { clock, sfu, probes } = make();
  sfu.setAvailability({ kind: "unavailable", cause: "UDP port 7880 is taken" });
  for (let index = 0; index < 11; index += 1) {
    await expect(probes.open(aUserId(index))).rejects.toMatchObject({ reason: "VOICE_UNAVAILABLE" });
  }
  expect(clock.pendingCount).toBe(0);
});

test("closes with the server, what is still being opened included", async () => {
  const { clock, sfu, probes } = make();
  await probes.open(aUserId(1));
  const opening = probes.open(aUserId(2));
  probes.close();
  await opening;
  expect(sfu.probes.size).toBe(0);
  expect(clock.pendingCount).toBe(0);
});
