/** The same words for a path on a page and on a terminal. */
import type { TriedPath, VoicePath } from "./paths.ts";

/** Whose address it is: "announced address". */
export const kindText: Record<VoicePath["kind"], string> = {
  announced: "announced address",
  public: "public address",
  private: "private network",
  loopback: "the server itself",
};

/** "UDP 203.0.113.7:7880", an IPv6 address in brackets. */
export const pathText = ({ protocol, address, port }: VoicePath): string => {
  const host = address.includes(":") ? `[${address}]` : address;
  return `${protocol.toUpperCase()} ${host}:${port}`;
};

/** "reached in 12 ms", "refused", "no answer". */
export const outcomeText = ({ outcome, roundTripMs }: Pick<TriedPath, "outcome" | "roundTripMs">): string => {
  switch (outcome) {
    case "reached":
      return roundTripMs === null ? "reached" : `reached in ${Math.max(1, Math.round(roundTripMs))} ms`;
    case "refused":
      return "refused";
    case "silent":
      return "no answer";
    default:
      return outcome satisfies never;
  }
};
