/** The way to PostgreSQL: one pool for the process, the query builder over it, and transactions. */
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Pool, type PoolClient } from "pg";
import { type Logger, outsideRequests } from "../kernel/logger.ts";
import { isUnavailable } from "./errors.ts";
import { type QueryListener, watchQueries } from "./query-times.ts";

export type Database = NodePgDatabase & { $client: Pool };
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];
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
  /** Lets running queries finish, then closes every connection. Later calls wait for the first. */
  close(): Promise<void>;
}

const defaultMaxConnections = 10;
/** Long enough for a database that is just starting, short enough that a caller still waits for the answer. */
const connectionTimeoutMs = 5_000;
/** No query of Together takes a second on its own; what takes this long holds locks others wait for. */
const statementTimeoutMs = 15_000;
/** A transaction that waits for something other than the database is a fault; its locks must not outlive it. */
const idleInTransactionTimeoutMs = 15_000;
/** A connection costs PostgreSQL a process of some 10 MB, but a new one has to prepare its statements again. */
const idleTimeoutMs = 60_000;

/** What hangs longer is given up, connection and all. */
const ping = { text: "select 1", query_timeout: 1_000 };

/** Opens no connection yet: the first query does, and refuses when there is no database (see `isUnavailable`). */
export const createDatabase = (options: DatabaseOptions): DatabaseHandle => {
  const { logger, onQuery = () => undefined } = options;
  const pool = new Pool({
    connectionString: options.connectionString,
    max: options.maxConnections ?? defaultMaxConnections,
    application_name: "together",
    options: "-c TimeZone=UTC",
    keepAlive: true,
    connectionTimeoutMillis: connectionTimeoutMs,
    statement_timeout: statementTimeoutMs,
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
    close: () => (closing ??= pool.end()),
  };
};

/**
 * Runs `work` in a transaction: commits when it resolves, rolls back when it throws, and throws what it threw. Events are
 * appended after this has resolved, never inside.
 */
export const withTransaction = async <T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> => {
  // Not `db.transaction`: it never gives a connection back that was lost at BEGIN, and ten of those are the whole pool.
  const client: PoolClient = await db.$client.connect();
  try {
    const result = await drizzle({ client }).transaction(work);
    client.release();
    return result;
  } catch (error) {
    client.release(isUnavailable(error));
    throw error;
  }
};
