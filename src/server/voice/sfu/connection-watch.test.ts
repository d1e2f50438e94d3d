import { expect, test } from "vitest";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { watchConnection } from "./connection-watch.ts";

const aWatch = () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const listener = { onConnected: () => void told.push("connected"), onLost: () => void told.push("lost") };
  return { clock, told, watch: watchConnection(listener, clock) };
};

test("VO11 disconnected is not lost while ICE can come back", () => {
  const { clock, told, watch } = aWatch();
  watch.onIceState("connected");
  watch.onDtlsState("connected");
  watch.onIceState("disconnected");
  clock.advance(9_999);
  watch.onIceState("connected");
  clock.advance(60_000);
  expect(told).toEqual(["connected"]);
});

test("whoever does not come back is lost", () => {
  const { clock, told, watch } = aWatch();
  watch.onIceState("disconnected");
  clock.advance(10_000);
  expect(told).toEqual(["lost"]);
});

test.each(["failed", "closed"] as const)("DTLS that has %s is lost at once", (state) => {
  const { told, watch } = aWatch();
  watch.onDtlsState(state);
  expect(told).toEqual(["lost"]);
});

test("says nothing of a transport that was closed", () => {
  const { clock, told, watch } = aWatch();
  watch.onIceState("disconnected");
  watch.stop();
  clock.advance(60_000);
  expect(told).toEqual([]);
});
