/** Who can reach an address, by the address alone. */

/** "loopback": this machine itself; "private": a network of its own; "public": everybody, as far as one can tell. */
export type AddressKind = "loopback" | "private" | "public";

const loopback = [/^127\./, /^::1$/, /^localhost$/, /\.localhost$/];

const privateOnes = [
  /^10\./,
  /^192\.168\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^169\.254\./,
  // Shared by a provider's customers, and what VPNs of machines take.
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^f[cd][0-9a-f]{2}:/,
  /^fe[89ab][0-9a-f]:/,
  // Names that only a network's own resolver knows.
  /\.(local|lan|home|internal|home\.arpa)$/,
  /^[a-z0-9-]+$/,
];

/** @param address an IP address or a name, in brackets as in a URL or without */
export const kindOfAddress = (address: string): AddressKind => {
  const plain = address
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/^::ffff:(?=\d+\.)/, "");
  if (loopback.some((pattern) => pattern.test(plain))) return "loopback";
  return privateOnes.some((pattern) => pattern.test(plain)) ? "private" : "public";
};
