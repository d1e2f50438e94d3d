/** The way to PostgreSQL: one pool for the process, the query builder over it, and transactions. */
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type { ServerId } from "#shared/ids.ts";
import { Client, type Pool, type PoolClient } from "pg";
import { type Logger, outsideRequests } from "../kernel/logger.ts";
import { isUnavailable } from "./errors.ts";
import { type QueryListener, watchQueries } from "./query-times.ts";
import { SuspendablePool } from "./suspendable-pool.ts";

export type Database = NodePgDatabase & { $client: SuspendablePool };
export type Transaction = NodePgDatabase & { $client: PoolClient };
/** Whatever runs a query: the pool, or an open transaction. */
export type Executor = Database | Transaction;

export interface DatabaseOptions {
  connectionString: string;
  logger: Logger;
  /** Default 10: more than a small machine's cores and disk can serve at once only adds waiting inside PostgreSQL. */
  maxConnections?: number;
  /** Told of every query, its kind and what it took. */
  onQuery?: QueryListener;
}

export interface DatabaseHandle {
  db: Database;
  pool: Pool;
  /** Whether it answers: rejects when it does not within a second, and costs no connection then. */
  ping(): Promise<void>;
  /** The database does not answer: whatever waits for it is refused, and what asks from now on is refused at once. */
  suspend(): void;
  /** It answers again. */
  resume(): void;
  /** Whom to tell of a server that a transaction has changed or not: its connection was lost while it was committed. */
  onUncertain(listener: (serverId: ServerId) => void): void;
  /** Lets running queries finish, then closes every connection. Later calls wait for the first. */
  close(): Promise<void>;
}

const defaultMaxConnections = 10;
/** Long enough for a database that is just starting, short enough that a caller still waits for the answer. */
const connectionTimeoutMs = 5_000;
/** No query of Together takes a second on its own; what takes this long holds locks others wait for. */
const statementTimeoutMs = 15_000;
/**
 * PostgreSQL ends a statement itself, earlier: also what is given the most, the deletion of a big channel (120 s). This is
 * for an answer that never comes because its connection died without a word; a database that is silent as a whole is found
 * in seconds, by the instance lock.
 */
const queryTimeoutMs = 150_000;
/** A transaction that waits for something other than the database is a fault; its locks must not outlive it. */
const idleInTransactionTimeoutMs = 15_000;
/** A connection costs PostgreSQL a process of some 10 MB, but a new one has to prepare its statements again. */
const idleTimeoutMs = 60_000;

/** What hangs longer is given up, connection and all. */
const ping = { text: "select 1", query_timeout: 1_000 };

/** Opens no connection yet: the first query does, and refuses when there is no database (see `isUnavailable`). */
export const createDatabase = (options: DatabaseOptions): DatabaseHandle => {
  const { logger, onQuery = () => undefined } = options;
  const pool = new SuspendablePool({
    connectionString: options.connectionString,
    max: options.maxConnections ?? defaultMaxConnections,
    application_name: "together",
    options: "-c TimeZone=UTC",
    keepAlive: true,
    connectionTimeoutMillis: connectionTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: queryTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
  });
  // PostgreSQL ends its connections when it stops. An error event that nobody listens to would end the process, and the
  // pool listens only while a client is idle: the second listener is for one that is lost between two queries.
  pool.on("error", (error) =>
    outsideRequests(() => logger.warn({ error: error.message }, "lost an idle database connection")),
  );
  pool.on("connect", (client) => {
    client.on("error", (error) =>
      outsideRequests(() => logger.debug({ error: error.message }, "lost a database connection")),
    );
  });

  watchQueries(pool, { logger, onQuery });

  let closing: Promise<void> | undefined;
  return {
    db: drizzle({ client: pool }),
    pool,
    async ping() {
      await pool.query(ping);
    },
    suspend: () => pool.suspend(),
    resume: () => pool.resume(),
    onUncertain: (listener) => {
      pool.onUncertain = listener;
    },
    close: () => (closing ??= pool.end()),
  };
};

/**
 * Runs `work` in a transaction: commits when it resolves, rolls back when it throws, and throws what it threw. Events are
 * appended after this has resolved, never inside.
 */
export const withTransaction = async <T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> => {
  // Not `db.transaction`: it never gives a connection back that was lost at BEGIN, and ten of those are the whole pool; and
  // it would ask one that does not answer to roll back, and wait once more.
  const client = await db.$client.connect();
  try {
    await client.query("BEGIN");
    const tx = drizzle({ client });
    const result = await work(tx);
    await commit(db, tx);
    client.release();
    return result;
  } catch (error) {
    await giveUp(client, error);
    throw error;
  }
};

/** Runs `work` on a connection of its own, for as long as it takes: the pool's limits are for what people wait for. */
export const withOwnConnection = async <T>(
  db: Database,
  work: (own: NodePgDatabase) => Promise<T>,
): Promise<T> => {
  const client = new Client({ ...db.$client.options, statement_timeout: 0, query_timeout: 0 });
  // What is under way rejects as well; an event that nobody listens to would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(drizzle({ client }));
  } finally {
    await client.end();
  }
};

/** The servers that a transaction may change. */
const concernedBy = new WeakMap<Executor, Set<ServerId>>();

/** From a lock that changes of the server begin with. */
export const noteConcerned = (tx: Executor, serverId: ServerId): void => {
  concernedBy.set(tx, (concernedBy.get(tx) ?? new Set()).add(serverId));
};

const commit = async (db: Database, tx: Transaction): Promise<void> => {
  try {
    await tx.$client.query("COMMIT");
  } catch (error) {
    if (isUnavailable(error)) for (const id of concernedBy.get(tx) ?? []) db.$client.onUncertain(id);
    throw error;
  }
};

/** A connection that was lost, or may be, is closed: PostgreSQL rolls back then. */
const giveUp = async (client: PoolClient, error: unknown): Promise<void> => {
  const isLost = isUnavailable(error) || !(await isRolledBack(client));
  client.release(isLost);
};

const isRolledBack = (client: PoolClient): Promise<boolean> =>
  client.query("ROLLBACK").then(
    () => true,
    () => false,
  );
