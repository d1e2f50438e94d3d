/** How well media gets through, from the browser's own figures. */
import type { StatsEntry } from "./media.ts";
import type { VoiceQuality } from "./voice-client.ts";

export const unknownQuality: VoiceQuality = {
  level: "unknown",
  roundTripMs: null,
  lostIn: null,
  lostOut: null,
  jitterMs: null,
  protocol: null,
};

/** Counters of one moment; two of them make a measurement. */
export interface QualitySample {
  roundTripMs: number | null;
  protocol: "udp" | "tcp" | null;
  jitterMs: number | null;
  packetsIn: number;
  lostIn: number;
  packetsOut: number;
  lostOut: number;
}

const numberOf = (entry: StatsEntry, name: string): number => {
  const value = entry[name];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
};

const sum = (entries: readonly StatsEntry[], name: string): number =>
  entries.reduce((total, entry) => total + numberOf(entry, name), 0);

const isAudio = (entry: StatsEntry): boolean => entry["kind"] === "audio";

/** The pair in use: named by the transport where the browser does so, and otherwise the one that was nominated. */
const findPair = (entries: readonly StatsEntry[]): StatsEntry | undefined => {
  const transport = entries.find(({ type }) => type === "transport");
  const pairs = entries.filter(({ type }) => type === "candidate-pair");
  return (
    pairs.find(({ id }) => id !== undefined && id === transport?.["selectedCandidatePairId"]) ??
    pairs.find(({ state, nominated }) => state === "succeeded" && nominated === true)
  );
};

const protocolOf = (entries: readonly StatsEntry[], pair: StatsEntry): "udp" | "tcp" | null => {
  const local = entries.find(({ id }) => id === pair["localCandidateId"]);
  // To a TURN server the way may be another one than from it.
  const protocol = local?.["relayProtocol"] ?? local?.["protocol"];
  if (protocol === "udp") return "udp";
  return protocol === "tcp" || protocol === "tls" ? "tcp" : null;
};

/** Reads the reports of both transports. Loss and jitter are of sound alone: of pictures it is seen, not heard. */
export const readSample = (reports: {
  send: readonly StatsEntry[];
  receive: readonly StatsEntry[];
}): QualitySample => {
  const pairs = [reports.send, reports.receive].flatMap((entries) => {
    const pair = findPair(entries);
    return pair ? [{ pair, protocol: protocolOf(entries, pair) }] : [];
  });
  const ofType = (entries: readonly StatsEntry[], name: string) =>
    entries.filter((entry) => entry["type"] === name && isAudio(entry));
  const inbound = ofType(reports.receive, "inbound-rtp");
  const times = pairs
    .map(({ pair }) => pair["currentRoundTripTime"])
    .filter((time) => typeof time === "number");
  return {
    roundTripMs: times.length > 0 ? Math.round(Math.max(...times) * 1_000) : null,
    protocol: pairs[0]?.protocol ?? null,
    jitterMs:
      inbound.length > 0
        ? Math.round(Math.max(...inbound.map((entry) => numberOf(entry, "jitter"))) * 1_000)
        : null,
    packetsIn: sum(inbound, "packetsReceived"),
    lostIn: sum(inbound, "packetsLost"),
    packetsOut: sum(ofType(reports.send, "outbound-rtp"), "packetsSent"),
    lostOut: sum(ofType(reports.send, "remote-inbound-rtp"), "packetsLost"),
  };
};

/** Fewer packets than these say nothing: with DTX silence sends almost none. */
const leastPackets = 20;

const shareOf = (lost: number, all: number): number | null =>
  all < leastPackets ? null : Math.min(1, Math.max(0, Math.round((lost / all) * 1_000) / 1_000));

/**
 * Above these a conversation suffers. Round trips by ITU-T G.114 (150 ms one way is unnoticed, 400 ms is the bound); FEC
 * hides 2 % of loss well and 10 % no more; jitter beyond the buffer of 100 ms is heard as loss.
 */
const fair = { roundTripMs: 200, lost: 0.02, jitterMs: 40 };
const poor = { roundTripMs: 400, lost: 0.08, jitterMs: 100 };

const levelOf = (quality: Omit<VoiceQuality, "level">): VoiceQuality["level"] => {
  const { roundTripMs, lostIn, lostOut, jitterMs } = quality;
  if (roundTripMs === null && lostIn === null && lostOut === null) return "unknown";
  const lost = Math.max(lostIn ?? 0, lostOut ?? 0);
  const isAbove = (bounds: typeof fair) =>
    (roundTripMs ?? 0) > bounds.roundTripMs || lost > bounds.lost || (jitterMs ?? 0) > bounds.jitterMs;
  if (isAbove(poor)) return "poor";
  return isAbove(fair) ? "fair" : "good";
};

/** What happened between the two samples. Counters that went back belong to streams that ended: then nothing is said. */
export const measureQuality = (from: QualitySample, to: QualitySample): VoiceQuality => {
  const received = to.packetsIn - from.packetsIn;
  const lostIn = to.lostIn - from.lostIn;
  const measured = {
    roundTripMs: to.roundTripMs,
    jitterMs: to.jitterMs,
    protocol: to.protocol,
    lostIn: received < 0 ? null : shareOf(lostIn, received + Math.max(0, lostIn)),
    lostOut: shareOf(to.lostOut - from.lostOut, to.packetsOut - from.packetsOut),
  };
  return { level: levelOf(measured), ...measured };
};
