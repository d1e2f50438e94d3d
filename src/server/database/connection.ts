/** One connection outside the pool, for what needs a session of its own: locks and migrations. */
import { Client } from "pg";
import { DatabaseStartError, isUnavailable } from "./errors.ts";

const connectionTimeoutMs = 5_000;

/** @throws DatabaseStartError that says where it tried, and what was answered */
export const connect = async (
  connectionString: string,
  applicationName: string,
  { queryTimeoutMs }: { queryTimeoutMs?: number } = {},
): Promise<Client> => {
  const client = new Client({
    connectionString,
    application_name: applicationName,
    connectionTimeoutMillis: connectionTimeoutMs,
    keepAlive: true,
    ...(queryTimeoutMs !== undefined && { query_timeout: queryTimeoutMs }),
  });
  // The query under way rejects as well; an event that nobody listens to would end the process before that.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    // Not waited for: one that is silent has no end.
    void client.end().catch(() => undefined);
    throw new DatabaseStartError(explainRefusal(client, error), { cause: error });
  }
};

/** The password is never part of it. */
const explainRefusal = (client: Client, error: unknown): string => {
  const place = `${client.host}:${client.port}, database "${client.database}", user "${client.user}"`;
  const advice = isUnavailable(error)
    ? "Is it running, and is DATABASE_URL right?"
    : "DATABASE_URL has to name a database that this user may use.";
  const reason = error instanceof Error ? error.message : String(error);
  return `No connection to PostgreSQL (${place}): ${reason}. ${advice}`;
};
