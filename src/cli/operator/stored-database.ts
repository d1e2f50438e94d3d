/** The database that the configuration names, for a command that runs beside the server or in its place. */
import { EmbeddedPostgres, findEmbedded } from "#server/database/embedded-postgres.ts";
import { acquireInstanceLock } from "#server/database/instance-lock.ts";
import type { Config } from "#server/kernel/config.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { RefusedError } from "./run.ts";

export interface StoredDatabase extends AsyncDisposable {
  connectionString: string;
}

type Say = (line: string) => void;

const startEmbedded = async ({ dataDirectory }: Config, onProgress: Say): Promise<StoredDatabase> => {
  const embedded = await EmbeddedPostgres.start({ dataDirectory, onProgress });
  return {
    connectionString: embedded.connectionString,
    [Symbol.asyncDispose]: () => embedded.stop(),
  };
};

const nothingToClose = (): Promise<void> => Promise.resolve();

/** To read: beside a running Together, or started for as long as it is read. @throws RefusedError where there is none */
export const openToRead = async (config: Config, onProgress: Say): Promise<StoredDatabase> => {
  const { databaseUrl, dataDirectory } = config;
  if (databaseUrl !== undefined)
    return { connectionString: databaseUrl, [Symbol.asyncDispose]: nothingToClose };
  const embedded = await findEmbedded(dataDirectory);
  if (embedded === "missing")
    throw new RefusedError(
      `There is no database in ${dataDirectory}. Set DATA_DIR or DATABASE_URL as for the server.`,
    );
  if (embedded === "stopped") return startEmbedded(config, onProgress);
  return { ...embedded, [Symbol.asyncDispose]: nothingToClose };
};

/** To change: no Together serves it meanwhile. @throws DatabaseStartError while one does */
export const openAlone = async (config: Config, onProgress: Say): Promise<StoredDatabase> => {
  await using opened = new AsyncDisposableStack();
  const { databaseUrl } = config;
  const database =
    databaseUrl === undefined ? opened.use(await startEmbedded(config, onProgress)) : undefined;
  const connectionString = database?.connectionString ?? databaseUrl ?? "";
  const lock = await acquireInstanceLock({
    connectionString,
    logger: silentLogger,
    onTakenByAnother: () => undefined,
    graceMs: 0,
  });
  opened.defer(() => lock.close());
  const kept = opened.move();
  return { connectionString, [Symbol.asyncDispose]: () => kept.disposeAsync() };
};
