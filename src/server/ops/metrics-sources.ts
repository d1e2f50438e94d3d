/** The numbers that the parts of the server keep by themselves, and the names that they are read under. */
import type { Clock } from "../kernel/clock.ts";
import type { Metrics } from "./metrics.ts";
import { createProbe } from "./probe.ts";

export interface MetricSources {
  gateway: {
    connectionCount(): number;
    counts: {
      readonly messagesSent: number;
      readonly messagesReceived: number;
      readonly closes: ReadonlyMap<string, number>;
      readonly refusals: ReadonlyMap<string, number>;
    };
  };
  voice: {
    countParticipants(): number;
    findProblem(): string | undefined;
    /** Asks the voice workers. */
    measureBitrate(): Promise<number>;
  };
  pool: { readonly totalCount: number; readonly idleCount: number; readonly waitingCount: number };
  events: { lastSequence(): number; readonly kept: { entries: number; bytes: number } };
  version: string;
  clock: Clock;
}

/** Each participant costs two questions to a worker: once for all who scrape. */
const bitrateKeepMs = 5_000;
/** A scrape is given up after some seconds, and a worker that hangs must not take the other numbers along. */
const bitrateTimeoutMs = 1_000;

const watchGateway = ({ counter, counters, gauge }: Metrics, { gateway }: MetricSources): void => {
  const { counts } = gateway;
  gauge(
    "together_websocket_connections_total",
    "WebSockets that are open now: a gauge, whatever its name says.",
    () => gateway.connectionCount(),
  );
  counter(
    "together_websocket_messages_sent_total",
    "Messages that were written to WebSockets; an event counts once for each socket it goes to.",
    () => counts.messagesSent,
  );
  counter(
    "together_websocket_messages_received_total",
    "Messages that came from WebSockets.",
    () => counts.messagesReceived,
  );
  counters(
    { name: "together_websocket_closes_total", help: "WebSockets that were closed, by code.", label: "code" },
    () => counts.closes,
  );
  counters(
    {
      name: "together_websocket_refusals_total",
      help: "WebSockets that were not let in, by HTTP status; 429: too many of one address.",
      label: "status",
    },
    () => counts.refusals,
  );
};

const watchVoice = ({ gauge }: Metrics, { voice, clock }: MetricSources): void => {
  const measureBitrate = createProbe({
    ask: () => voice.measureBitrate(),
    timeoutMs: bitrateTimeoutMs,
    otherwise: 0,
    clock,
    keepMs: bitrateKeepMs,
  });
  gauge(
    "together_voice_participants_total",
    "People who are in voice channels now: a gauge, whatever its name says.",
    () => voice.countParticipants(),
  );
  gauge(
    "together_voice_bitrate_bps",
    "Bits a second of sound and pictures, from participants and to them together.",
    measureBitrate,
  );
  gauge("together_voice_available", "1 when voice can be joined, else 0.", () =>
    voice.findProblem() === undefined ? 1 : 0,
  );
};

const watchStores = ({ counter, gauge }: Metrics, { pool, events }: MetricSources): void => {
  gauge(
    "together_db_connections_active",
    "Database connections that are in use now.",
    () => pool.totalCount - pool.idleCount,
  );
  gauge(
    "together_db_connections_waiting",
    "Callers that wait for a database connection.",
    () => pool.waitingCount,
  );
  counter("together_events_appended_total", "Events that were put into the event log.", () =>
    events.lastSequence(),
  );
  gauge(
    "together_event_log_entries",
    "Events that can be replayed to who comes back.",
    () => events.kept.entries,
  );
  gauge("together_event_log_bytes", "Memory that those take, roughly.", () => events.kept.bytes);
};

export const watchSources = (metrics: Metrics, sources: MetricSources): void => {
  watchGateway(metrics, sources);
  watchVoice(metrics, sources);
  watchStores(metrics, sources);
  metrics.counters(
    { name: "together_build_info", help: "Always 1; the version stands in the label.", label: "version" },
    () => new Map([[sources.version, 1]]),
  );
};
