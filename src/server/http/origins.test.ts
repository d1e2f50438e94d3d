import { expect, it } from "vitest";
import { createOriginCheck } from "./origins.ts";

const isAllowed = createOriginCheck({
  publicUrl: "https://chat.example.org",
  corsOrigins: ["https://other.example.org:8443"],
});

it.each([
  ["no browser", undefined, "chat.example.org"],
  ["ours", "https://chat.example.org", "127.0.0.1:8080"],
  ["one that was let in", "https://other.example.org:8443", "chat.example.org"],
  ["the page's own address", "http://192.168.1.5:8080", "192.168.1.5:8080"],
  ["the page's own address, by name", "http://localhost:8080", "localhost:8080"],
  ["the page's own address, IPv6", "http://[::1]:8080", "[::1]:8080"],
  ["the page's own address at the usual port", "https://chat.lan", "chat.lan"],
])("allows %s", (_, origin, host) => {
  expect(isAllowed({ origin, host })).toBe(true);
});

it.each([
  ["another site", "https://evil.example", "chat.example.org"],
  ["ours without encryption", "http://chat.example.org", "127.0.0.1:8080"],
  ["ours at another port", "https://chat.example.org:8443", "chat.example.org"],
  ["a name that ends like ours", "https://evilchat.example.org", "chat.example.org"],
  ["a name that begins like ours", "https://chat.example.org.evil.example", "chat.example.org"],
  ["one that was let in, at another port", "https://other.example.org", "chat.example.org"],
  ["a page without an origin", "null", "chat.example.org"],
  ["a page without an origin, and no Host", "null", undefined],
  ["no address at all", "chat.example.org", "chat.example.org"],
  ["nothing", "", ""],
])("refuses %s", (_, origin, host) => {
  expect(isAllowed({ origin, host })).toBe(false);
});
