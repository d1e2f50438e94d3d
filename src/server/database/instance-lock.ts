/**
 * One Together per database. The event log is in one process's memory: of two that serve one database, each would leave
 * the other's people without events. The lock is a session's, so that it ends with the process however that ends, and is
 * held on a connection of its own that nothing else uses.
 */
import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "pg";
import type { Logger } from "../kernel/logger.ts";
import { createRetryPolicy, type RetryPolicy } from "../kernel/retry-policy.ts";
import { connect } from "./connection.ts";
import { DatabaseStartError } from "./errors.ts";

export interface InstanceLockOptions {
  connectionString: string;
  logger: Logger;
  /** The connection was lost, and another Together was faster: this one must stop. */
  onTakenByAnother: (sentence: string) => void;
  /** The connection was lost and is being tried for; until it is back, another Together may come. */
  onLost?: () => void;
  /** How long an earlier process, which may be just about to end, is waited for. Default 5,000. */
  graceMs?: number;
  retryPolicy?: RetryPolicy;
}

export interface InstanceLock {
  /** Gives the lock up. Later calls wait for the first. */
  close(): Promise<void>;
}

const lockKey = "1953458290, 2";
const defaultGraceMs = 5_000;
const gracePollMs = 100;
/** Finds a connection that has died without a word; half of what the server takes to notice the same. */
const heartbeatMs = 5_000;
/** Some fifteen seconds: more than the server takes to notice that our own earlier session is dead. */
const attemptsBeforeGivingUp = 9;

/** @throws DatabaseStartError when another Together serves this database, or when it cannot be reached */
export const acquireInstanceLock = async (options: InstanceLockOptions): Promise<InstanceLock> => {
  const attempt = await tryLock(options.connectionString, options.graceMs ?? defaultGraceMs);
  if (attempt.kind === "taken") throw new DatabaseStartError(attempt.sentence);
  return new HeldLock(options, attempt.client);
};

type Attempt = { kind: "held"; client: Client } | { kind: "taken"; sentence: string };

const tryLock = async (connectionString: string, graceMs: number): Promise<Attempt> => {
  const deadlineMs = Date.now() + graceMs;
  // PostgreSQL keeps 63 characters of it. It is what the refused one tells its operator.
  const client = await connect(connectionString, `together ${process.pid} on ${hostname()}`.slice(0, 63));
  try {
    // A machine that was cut off must not hold the lock for the two hours that are usual.
    await client.query(
      "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3",
    );
    for (;;) {
      const { rows } = await client.query<{ held: boolean }>(
        `SELECT pg_try_advisory_lock(${lockKey}) AS held`,
      );
      if (rows[0]?.held) return { kind: "held", client };
      if (Date.now() >= deadlineMs) break;
      await wait(gracePollMs);
    }
    const sentence = await explainHolder(client);
    await client.end();
    return { kind: "taken", sentence };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
};

const explainHolder = async (client: Client): Promise<string> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND (classid, objid, objsubid) = (${lockKey}, 2)
       AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  const holder = rows[0]?.name ? ` (${rows[0].name})` : "";
  return (
    `Another Together${holder} is already using this database, and only one can at a time. Stop the other one, or give ` +
    "this one a database (DATABASE_URL) or data directory (DATA_DIR) of its own."
  );
};

type State = { kind: "held"; client: Client } | { kind: "lost" } | { kind: "closed"; closing: Promise<void> };

class HeldLock implements InstanceLock {
  readonly #options: InstanceLockOptions;
  readonly #retryPolicy: RetryPolicy;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #abort = new AbortController();
  #state: State;

  constructor(options: InstanceLockOptions, client: Client) {
    this.#options = options;
    this.#retryPolicy = options.retryPolicy ?? createRetryPolicy({ firstMs: 100, longestMs: 5_000 });
    this.#state = { kind: "held", client };
    this.#watch(client);
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs).unref();
  }

  close(): Promise<void> {
    if (this.#state.kind === "closed") return this.#state.closing;
    clearInterval(this.#heartbeat);
    this.#abort.abort();
    const closing = this.#state.kind === "held" ? this.#state.client.end() : Promise.resolve();
    this.#state = { kind: "closed", closing };
    return closing;
  }

  #watch(client: Client): void {
    client.once("error", () => this.#lose(client));
    client.once("end", () => this.#lose(client));
  }

  #beat(): void {
    if (this.#state.kind !== "held") return;
    const { client } = this.#state;
    const query = { text: "SELECT 1", query_timeout: heartbeatMs };
    client.query(query).catch(() => this.#lose(client));
  }

  #lose(client: Client): void {
    if (this.#state.kind !== "held" || this.#state.client !== client) return;
    this.#state = { kind: "lost" };
    client.end().catch(() => undefined);
    this.#options.logger.warn({}, "lost the connection that reserves the database; trying to get it back");
    this.#options.onLost?.();
    void this.#reacquire();
  }

  async #reacquire(): Promise<void> {
    for (let attempt = 1; this.#state.kind === "lost"; attempt += 1) {
      const delayMs = this.#retryPolicy.nextDelayMs(attempt);
      // Rejects when closed meanwhile: then the loop is over as well.
      await wait(delayMs, undefined, { signal: this.#abort.signal }).catch(() => undefined);
      if (this.#state.kind !== "lost") return;
      const result = await tryLock(this.#options.connectionString, 0).catch(() => undefined);
      if (result?.kind === "held") await this.#resume(result.client);
      // Not at once: after a cut the server may still take our own old session for alive.
      if (result?.kind === "taken" && attempt >= attemptsBeforeGivingUp) return this.#giveUp(result.sentence);
    }
  }

  async #resume(client: Client): Promise<void> {
    if (this.#state.kind !== "lost") return client.end();
    this.#state = { kind: "held", client };
    this.#watch(client);
    this.#options.logger.info({}, "the database is reserved again");
  }

  #giveUp(sentence: string): void {
    void this.close();
    this.#options.logger.error({}, sentence);
    this.#options.onTakenByAnother(sentence);
  }
}
