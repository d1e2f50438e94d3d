/**
 * What is measured, under the names that dashboards know (docs/operations.md has the table). Hot paths count in plain
 * numbers, which are read when somebody asks; only what happens once a request or query goes through prom-client's labels.
 * What it must never do: give a label a value that a client can choose, since each value is kept for ever.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export interface AnsweredRequest {
  method: string;
  /** Each of them counts one request. */
  endpoints: readonly string[];
  status: number;
  seconds: number;
}

/** From half a millisecond, what a procedure takes whose answer is in memory, to what nobody waits for. */
const requestBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** A query by its key takes a fifth of a millisecond, and PostgreSQL ends one at 15 s. */
const queryBuckets = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15];

const methods = new Set(["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"]);

/** More than one call in a request took their time together. */
const batchEndpoint = "batch";

export type Metrics = ReturnType<typeof createMetrics>;

export const createMetrics = () => {
  const registry = new Registry();
  const registers = [registry];
  // The default, a look at the event loop every 10 ms, would be half of what an idle server does.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });

  const requests = new Counter({
    name: "together_http_requests_total",
    help: "HTTP requests that were answered; a batch counts once for each of its procedures.",
    labelNames: ["method", "endpoint", "status"],
    registers,
  });
  const requestSeconds = new Histogram({
    name: "together_http_request_duration_seconds",
    help: "From a request's head to the end of its answer; a batch is observed once, as the endpoint batch.",
    labelNames: ["method", "endpoint"],
    buckets: requestBuckets,
    registers,
  });
  const querySeconds = new Histogram({
    name: "together_db_query_duration_seconds",
    help: "From a query's sending to its answer, without the wait for a connection.",
    labelNames: ["query_type"],
    buckets: queryBuckets,
    registers,
  });
  const refusals = new Counter({
    name: "together_rate_limit_refusals_total",
    help: "What was refused by a limit, by the limit's kind.",
    labelNames: ["kind"],
    registers,
  });

  return {
    registry,

    observeRequest({ method: given, endpoints, status, seconds }: AnsweredRequest): void {
      const method = methods.has(given) ? given : "other";
      for (const endpoint of endpoints) requests.inc({ method, endpoint, status });
      const [only = batchEndpoint] = endpoints;
      requestSeconds.observe({ method, endpoint: endpoints.length === 1 ? only : batchEndpoint }, seconds);
    },

    observeQuery: (type: string, seconds: number): void =>
      querySeconds.observe({ query_type: type }, seconds),

    countRefusal: (kind: string): void => refusals.inc({ kind }),

    /** A value that goes up and down, read whenever somebody asks. */
    gauge: (name: string, help: string, read: () => number | Promise<number>): void => {
      const gauge = new Gauge({
        name,
        help,
        registers: [],
        async collect() {
          this.set(await read());
        },
      });
      registry.registerMetric(gauge);
    },

    /** A number that somebody else counts, read whenever somebody asks. */
    counter: (name: string, help: string, read: () => number): void => {
      const counter = new Counter({
        name,
        help,
        registers: [],
        collect() {
          this.reset();
          this.inc(read());
        },
      });
      registry.registerMetric(counter);
    },

    /** The same for numbers by the value of one label. */
    counters: (
      { name, help, label }: { name: string; help: string; label: string },
      read: () => ReadonlyMap<string, number>,
    ): void => {
      const counter = new Counter({
        name,
        help,
        labelNames: [label],
        registers: [],
        collect() {
          this.reset();
          for (const [value, count] of read()) this.inc({ [label]: value }, count);
        },
      });
      registry.registerMetric(counter);
    },
  };
};
