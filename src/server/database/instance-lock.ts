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
  /** The connection was lost and is being tried for; until it is back, another Together may come. Called once more by each try that fails. */
  onLost?: () => void;
  /** It is back, and the database still ours. */
  onRegained?: () => void;
  /** How long an earlier process, which may be just about to end, is waited for. Default 5,000. */
  graceMs?: number;
  retryPolicy?: RetryPolicy;
  /** How often the database is asked whether it is there. Default 1,000. */
  heartbeatMs?: number;
}

export interface InstanceLock {
  /** Gives the lock up. Later calls wait for the first. */
  close(): Promise<void>;
}

const lockKey = "1953458290, 2";
const defaultGraceMs = 5_000;
const gracePollMs = 100;
/** Finds a connection, and with it a database, that has died without a word. */
const defaultHeartbeatMs = 1_000;
/**
 * What a busy machine may take to answer, and a caller still waits for. In beats and not in time: when this process itself
 * stood still, one beat has passed, and the answer is read before the next.
 */
const beatsUntilLost = 4;
/** None of these waits for another's work. */
const lockTimeoutMs = 5_000;
/** A database that came back is to be noticed, however long it was gone. */
const longestRetryMs = 1_000;
/** A cut-off server may not know for as long as keep-alives take (11 s) that our own earlier session is dead. */
const refusalsBeforeGivingUp = 20;

/** @throws DatabaseStartError when another Together serves this database, or when it cannot be reached */
export const acquireInstanceLock = async (options: InstanceLockOptions): Promise<InstanceLock> => {
  const attempt = await tryLock(options.connectionString, options.graceMs ?? defaultGraceMs);
  if (attempt.kind === "taken") throw new DatabaseStartError(attempt.sentence);
  return new HeldLock(options, attempt.client);
};

type Attempt = { kind: "held"; client: Client } | { kind: "taken"; sentence: string };

const tryLock = async (connectionString: string, graceMs: number): Promise<Attempt> => {
  const deadlineMs = performance.now() + graceMs;
  // PostgreSQL keeps 63 characters of it. It is what the refused one tells its operator.
  const name = `together ${process.pid} on ${hostname()}`.slice(0, 63);
  const client = await connect(connectionString, name, { queryTimeoutMs: lockTimeoutMs });
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
      if (performance.now() >= deadlineMs) break;
      await wait(gracePollMs);
    }
    return { kind: "taken", sentence: await explainHolder(client) };
  } catch (error) {
    abandon(client);
    throw error;
  }
};

/** Nobody waits for its end: of one that is silent it never comes. */
const abandon = (client: Client): void => void client.end().catch(() => undefined);

const explainHolder = async (client: Client): Promise<string> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND (classid, objid, objsubid) = (${lockKey}, 2)
       AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  abandon(client);
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
  /** Beats since the question that is still without an answer. */
  #unanswered = 0;

  constructor(options: InstanceLockOptions, client: Client) {
    this.#options = options;
    this.#retryPolicy = options.retryPolicy ?? createRetryPolicy({ firstMs: 100, longestMs: longestRetryMs });
    this.#state = { kind: "held", client };
    this.#watch(client);
    this.#heartbeat = setInterval(() => this.#beat(), options.heartbeatMs ?? defaultHeartbeatMs).unref();
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
    this.#unanswered += 1;
    if (this.#unanswered > beatsUntilLost) this.#lose(client);
    if (this.#unanswered === 1) this.#ask(client).catch(() => this.#lose(client));
  }

  async #ask(client: Client): Promise<void> {
    await client.query("SELECT 1");
    this.#unanswered = 0;
  }

  #lose(client: Client): void {
    if (this.#state.kind !== "held" || this.#state.client !== client) return;
    this.#state = { kind: "lost" };
    abandon(client);
    this.#options.logger.warn({}, "lost the connection that reserves the database; trying to get it back");
    this.#options.onLost?.();
    void this.#reacquire();
  }

  async #reacquire(): Promise<void> {
    let refusals = 0;
    for (let attempt = 1; this.#state.kind === "lost"; attempt += 1) {
      const delayMs = this.#retryPolicy.nextDelayMs(attempt);
      // Rejects when closed meanwhile: then the loop is over as well.
      await wait(delayMs, undefined, { signal: this.#abort.signal }).catch(() => undefined);
      if (this.#state.kind !== "lost") return;
      const result = await tryLock(this.#options.connectionString, 0).catch(() => undefined);
      if (result?.kind === "held") await this.#resume(result.client);
      else if (result?.kind === "taken") refusals += 1;
      else this.#options.onLost?.();
      // Not at once: after a cut the server may still take our own old session for alive.
      if (result?.kind === "taken" && refusals >= refusalsBeforeGivingUp)
        return this.#giveUp(result.sentence);
    }
  }

  async #resume(client: Client): Promise<void> {
    if (this.#state.kind !== "lost") return client.end();
    this.#state = { kind: "held", client };
    this.#unanswered = 0;
    this.#watch(client);
    this.#options.logger.info({}, "the database is reserved again");
    this.#options.onRegained?.();
  }

  #giveUp(sentence: string): void {
    void this.close();
    this.#options.logger.error({}, sentence);
    this.#options.onTakenByAnother(sentence);
  }
}
