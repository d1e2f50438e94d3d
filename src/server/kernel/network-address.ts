/** Addresses as limits count them. */
import { isIPv6 } from "node:net";

const mappedPrefix = "::ffff:";

/**
 * The network that an address belongs to: an IPv4 address is its own, an IPv6 one counts by its first 64 bits, since every
 * customer has all addresses of such a network. Whatever is no address comes back as it is.
 */
export const toNetwork = (address: string): string => {
  if (!address.includes(":")) return address;
  const plain = address.toLowerCase();
  if (plain.startsWith(mappedPrefix) && plain.includes(".")) return plain.slice(mappedPrefix.length);
  if (!isIPv6(plain)) return address;
  const [head = "", tail] = plain.split("%", 1).join("").split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const isShortened = tail !== undefined;
  const zeros = isShortened
    ? Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0")
    : [];
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
};
