/** The ways to a server's voice, as a check tries them one by one. */
import type { VoiceProbe } from "#shared/contract/voice.ts";
import { type AddressKind, kindOfAddress } from "./addresses.ts";

/** One worker's port, by one protocol, at one of the addresses that are offered. */
export interface VoicePath {
  /** Its index in the probe's transports. */
  worker: number;
  protocol: "udp" | "tcp";
  address: string;
  port: number;
  /** "announced": what VOICE_ANNOUNCED_ADDRESS says. */
  kind: AddressKind | "announced";
}

/** "refused": somebody is there and says that nothing listens; "silent": no answer at all. */
export type PathOutcome = "reached" | "refused" | "silent";

export interface TriedPath extends VoicePath {
  outcome: PathOutcome;
  /** Null when nothing came back. */
  roundTripMs: number | null;
}

/** A TURN server, which carries calls where nothing else reaches. */
export interface TriedRelay {
  url: string;
  isReached: boolean;
}

const isSameAddress = (one: string, other: string | null): boolean =>
  one.toLowerCase() === other?.toLowerCase();

/** Every way that a call would try, in the order in which it would prefer them. */
export const listPaths = ({ transports, announcedAddress }: VoiceProbe): VoicePath[] =>
  transports.flatMap(({ iceCandidates }, worker) =>
    iceCandidates.map(({ protocol, address, port }) => ({
      worker,
      protocol,
      address,
      port,
      kind: isSameAddress(address, announcedAddress) ? "announced" : kindOfAddress(address),
    })),
  );
