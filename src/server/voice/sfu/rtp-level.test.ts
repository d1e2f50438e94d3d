import { expect, test } from "vitest";
import { findLevelDbov } from "./rtp-level.ts";

/** An RTP header of version 2 with these extensions, and a byte of payload. */
const packet = (profile: number, extensions: readonly number[], csrcs = 0): Buffer => {
  const header = Buffer.alloc(16 + csrcs * 4);
  header.writeUInt8(0x90 | csrcs, 0);
  header.writeUInt16BE(profile, 12 + csrcs * 4);
  header.writeUInt16BE(extensions.length / 4, 14 + csrcs * 4);
  return Buffer.concat([header, Buffer.from(extensions), Buffer.from([0xff])]);
};

test.each([
  ["alone", packet(0xbede, [0x60, 0x80 | 25, 0, 0])],
  ["after another and padding", packet(0xbede, [0x11, 1, 2, 0, 0, 0x60, 25, 0])],
  ["after other sources", packet(0xbede, [0x60, 25, 0, 0], 2)],
  ["in two-byte extensions", packet(0x1000, [9, 0, 6, 1, 25, 0, 0, 0])],
])("reads the level %s", (_, bytes) => {
  expect(findLevelDbov(bytes, 6)).toBe(-25);
});

test.each([
  ["without extensions", Buffer.concat([Buffer.from([0x80]), Buffer.alloc(20)])],
  ["with others", packet(0xbede, [0x50, 25, 0, 0])],
  ["of another profile", packet(0x1234, [0x60, 25, 0, 0])],
  ["that ends in the middle", packet(0xbede, [0x60, 25, 0, 0]).subarray(0, 15)],
  ["whose lengths lie", packet(0xbede, [0x5f, 25, 0, 0x60])],
  ["that is empty", Buffer.alloc(0)],
])("finds none in a packet %s", (_, bytes) => {
  expect(findLevelDbov(bytes, 6)).toBeUndefined();
});
