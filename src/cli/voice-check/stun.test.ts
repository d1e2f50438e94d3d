import { createHmac } from "node:crypto";
import { describe, expect, it, test } from "vitest";
import { encodeBindingRequest, isBindingSuccess } from "./stun.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");

/** RFC 5769, section 2. */
const password = "VOkJxbRl1RmTxUk/WvJxBt";
const transactionId = hex("b7e7a701 bc34d686 fa87dfae");

const sampleRequest = hex(`
  00010058 2112a442 b7e7a701 bc34d686 fa87dfae
  80220010 5354554e 20746573 7420636c 69656e74
  00240004 6e0001ff
  80290008 932ff9b1 51263b36
  00060009 6576746a 3a683676 59202020
  00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
  80280004 e57a3bcf`);

/** The seal that a server would ask for, and the one that is there: the last but one attribute of these. */
const sealsOf = (message: Buffer, key: string): { right: Buffer; there: Buffer } => {
  const start = message.length - 8 - 24;
  const before = Buffer.from(message.subarray(0, start));
  before.writeUInt16BE(start - 20 + 24, 2);
  return {
    right: createHmac("sha1", key).update(before).digest(),
    there: message.subarray(start + 4, start + 24),
  };
};

const ipv4Response = hex(`
  0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
  8022000b 74657374 20766563 746f7220
  00200008 0001a147 e112a643
  00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
  80280004 c07d4c96`);

const ipv6Response = hex(`
  01010048 2112a442 b7e7a701 bc34d686 fa87dfae
  8022000b 74657374 20766563 746f7220
  00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
  00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
  80280004 c8fb0b4c`);

describe("RFC 5769", () => {
  test.each([
    ["IPv4", ipv4Response],
    ["IPv6", ipv6Response],
  ])("takes the %s response", (_name, response) => {
    expect(isBindingSuccess(response, { transactionId, password })).toBe(true);
    expect(isBindingSuccess(response, { transactionId })).toBe(true);
  });

  it("has a sample request whose seal this test understands", () => {
    const { right, there } = sealsOf(sampleRequest, password);
    expect(there).toEqual(right);
  });
});

describe("an answer does not count", () => {
  const changed = (offset: number): Buffer => {
    const copy = Buffer.from(ipv4Response);
    copy.writeUInt8(copy.readUInt8(offset) ^ 1, offset);
    return copy;
  };

  test.each([
    ["of another kind", changed(0)],
    ["with a wrong length", changed(3)],
    ["without the cookie", changed(4)],
    ["to another request", changed(8)],
    ["with a changed attribute", changed(30)],
    ["with a changed integrity", changed(60)],
    ["with a changed fingerprint", changed(79)],
    ["that is cut off", ipv4Response.subarray(0, 70)],
    ["that is not STUN", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["that is empty", Buffer.alloc(0)],
  ])("%s", (_name, message) => {
    expect(isBindingSuccess(message, { transactionId, password })).toBe(false);
  });

  it("sealed by somebody else", () => {
    expect(isBindingSuccess(ipv4Response, { transactionId, password: "another" })).toBe(false);
  });

  it("whose attributes reach beyond its end", () => {
    const longAttribute = hex("01010004 2112a442 b7e7a701 bc34d686 fa87dfae 80220010");
    expect(isBindingSuccess(longAttribute, { transactionId })).toBe(false);
  });
});

test("a request has what ICE asks for, in whole words, sealed by the server's password", () => {
  const username = "server:own";
  const request = encodeBindingRequest({ transactionId, username, password, tieBreaker: Buffer.alloc(8, 7) });
  const { right, there } = sealsOf(request, password);
  expect(there).toEqual(right);
  expect(request.readUInt16BE(2)).toBe(request.length - 20);
  expect(request.length % 4).toBe(0);
  expect(request.subarray(20, 20 + 4 + 12)).toEqual(
    hex(`0006000a ${Buffer.from(username).toString("hex")} 0000`),
  );
  const types = [0x0006, 0x0024, 0x802a, 0x0025, 0x0008, 0x8028];
  let offset = 20;
  for (const type of types) {
    expect(request.readUInt16BE(offset)).toBe(type);
    offset += 4 + Math.ceil(request.readUInt16BE(offset + 2) / 4) * 4;
  }
  expect(offset).toBe(request.length);
});
