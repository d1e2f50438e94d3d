import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";
import { listenAddressesFrom } from "./listen-addresses.ts";

const v4 = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  internal,
  family: "IPv4",
  netmask: "255.255.255.0",
  mac: "00:00:00:00:00:00",
  cidr: null,
});
const v6 = (address: string, internal = false): NetworkInterfaceInfo => ({
  ...v4(address, internal),
  family: "IPv6",
  scopeid: 0,
});

const lo = [v4("127.0.0.1", true), v6("::1", true)];
const lan = [v6("fe80::1"), v6("2001:db8::5"), v6("fd00::5"), v4("192.168.1.5")];
const everywhere = { host: "0.0.0.0", announcedAddress: undefined, isOnLocalhost: false };

test("VO2 offers every address of the machine, IPv4 first, and none that is good on one link alone", () => {
  expect(listenAddressesFrom({ ...everywhere, interfaces: { lo, lan } })).toEqual([
    { ip: "192.168.1.5" },
    { ip: "2001:db8::5" },
    { ip: "fd00::5" },
  ]);
});

test("VO2 offers the public address beside the one in the LAN that leads to it", () => {
  const addresses = listenAddressesFrom({
    ...everywhere,
    announcedAddress: "203.0.113.9",
    interfaces: { lo, lan },
  });
  expect(addresses).toEqual([
    { ip: "192.168.1.5", announcedAddress: "203.0.113.9" },
    { ip: "2001:db8::5" },
    { ip: "fd00::5" },
  ]);
});

test("announces a name or an IPv6 address for the address that it can lead to", () => {
  const announced = (announcedAddress: string) =>
    listenAddressesFrom({ ...everywhere, announcedAddress, interfaces: { lo, lan } }).filter(
      (address) => address.announcedAddress !== undefined,
    );
  expect(announced("voice.example.org")).toEqual([
    { ip: "192.168.1.5", announcedAddress: "voice.example.org" },
  ]);
  expect(announced("2001:db8::9")).toEqual([{ ip: "2001:db8::5", announcedAddress: "2001:db8::9" }]);
});

test("announces nothing that the machine has itself, but prefers it", () => {
  const interfaces = { lo, eth0: [v4("10.0.0.2"), v4("203.0.113.9")] };
  expect(listenAddressesFrom({ ...everywhere, announcedAddress: "203.0.113.9", interfaces })).toEqual([
    { ip: "203.0.113.9" },
    { ip: "10.0.0.2" },
  ]);
});

test("listens on one address alone when told to", () => {
  const interfaces = { lo, lan };
  expect(listenAddressesFrom({ ...everywhere, host: "127.0.0.1", interfaces })).toEqual([
    { ip: "127.0.0.1" },
  ]);
  const behind = { ...everywhere, host: "10.0.0.2", announcedAddress: "203.0.113.9", interfaces };
  expect(listenAddressesFrom(behind)).toEqual([{ ip: "10.0.0.2", announcedAddress: "203.0.113.9" }]);
});

test("offers the machine's own loop to those who sit at it, and when there is nothing else", () => {
  expect(listenAddressesFrom({ ...everywhere, interfaces: { lo } })).toEqual([{ ip: "127.0.0.1" }]);
  expect(
    listenAddressesFrom({ ...everywhere, isOnLocalhost: true, interfaces: { lo, eth0: [v4("10.0.0.2")] } }),
  ).toEqual([{ ip: "10.0.0.2" }, { ip: "127.0.0.1" }]);
});

test("names each address once, and no more than a join can carry", () => {
  const bridges = Array.from({ length: 40 }, (_, index) => v4(`172.20.${index}.1`));
  const addresses = listenAddressesFrom({
    ...everywhere,
    interfaces: { lo, eth0: [v4("10.0.0.2"), v6("2001:db8::5")], eth1: [v4("10.0.0.2")], bridges },
  });
  expect(addresses).toHaveLength(16);
  expect(addresses.filter(({ ip }) => ip === "10.0.0.2")).toHaveLength(1);
  expect(addresses).toContainEqual({ ip: "2001:db8::5" });
});
