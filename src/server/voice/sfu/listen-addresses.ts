/** At which addresses clients are told to reach the media (VO2). */
import { isIPv4, isIPv6 } from "node:net";
import type { networkInterfaces } from "node:os";

/** An address of this machine, and what to offer besides it. */
export interface ListenAddress {
  ip: string;
  /** Where clients outside reach this one: a router's public address, or a name. */
  announcedAddress?: string;
}

interface Options {
  /** An address, not a name; 0.0.0.0 and :: mean every one. */
  host: string;
  announcedAddress: string | undefined;
  interfaces: ReturnType<typeof networkInterfaces>;
  /** Whether people are told to open the page at localhost: then this machine itself is offered too. */
  isOnLocalhost: boolean;
}

/** Each is two sockets a worker and a candidate or two in every join; a machine with more has them for containers. */
const maxAddresses = 16;

/** Useless without the interface's name, which candidates do not carry. */
const isLinkLocal = (address: string): boolean => /^(fe[89ab]|169\.254\.)/i.test(address);

const isEvery = (host: string): boolean => host === "0.0.0.0" || host === "::";

const findOwn = ({ interfaces, isOnLocalhost }: Options): string[] => {
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const outer = all.filter(({ address, internal }) => !internal && !isLinkLocal(address));
  const inner = all.filter(({ internal, family }) => internal && family === "IPv4");
  const isInnerOffered = isOnLocalhost || outer.length === 0;
  // The first interfaces lead out; those of containers come after.
  const chosen = [...new Set(outer.map(({ address }) => address))].slice(0, maxAddresses);
  return [
    ...chosen.filter((address) => isIPv4(address)),
    ...chosen.filter((address) => isIPv6(address)),
    ...(isInnerOffered ? inner.map(({ address }) => address) : []),
  ];
};

/**
 * The addresses to listen on, the preferred ones first: IPv4 before IPv6, and this machine's own loop last. The announced
 * address is offered first, beside the one that it leads to.
 */
export const listenAddressesFrom = (options: Options): ListenAddress[] => {
  const { host, announcedAddress } = options;
  const own = isEvery(host) ? findOwn(options) : [host];
  if (announcedAddress === undefined) return own.map((ip) => ({ ip }));
  // A machine whose interface has the public address needs no other word for it.
  if (own.includes(announcedAddress)) {
    return [announcedAddress, ...own.filter((ip) => ip !== announcedAddress)].map((ip) => ({ ip }));
  }
  const isOfFamily = isIPv6(announcedAddress) ? isIPv6 : isIPv4;
  const behind = own.find(isOfFamily) ?? own[0];
  return own.map((ip) => (ip === behind ? { ip, announcedAddress } : { ip }));
};
