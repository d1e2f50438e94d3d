/** Looks into the database, beside a running server or without one. */
import {
  createOperatorRepo,
  type OperatorRepo,
  type ServerRow,
  type UserRow,
} from "#server/admin/operator.repo.ts";
import { createDatabase, type Database } from "#server/database/client.ts";
import type { Config } from "#server/kernel/config.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { ServerId } from "#shared/ids.ts";
import { RefusedError } from "../operator/run.ts";
import { openToRead } from "../operator/stored-database.ts";

/** What starts a database for the moment says so on the other output: this one may be a program's input. */
const sayAside = (line: string): void => void process.stderr.write(`${line}\n`);

export const withDatabase = async <T>(config: Config, work: (db: Database) => Promise<T>): Promise<T> => {
  await using stored = await openToRead(config, sayAside);
  const database = createDatabase({ ...stored, logger: silentLogger, maxConnections: 1 });
  try {
    return await work(database.db);
  } finally {
    await database.close();
  }
};

export const withRepo = <T>(config: Config, work: (repo: OperatorRepo) => Promise<T>): Promise<T> =>
  withDatabase(config, (db) => work(createOperatorRepo(db)));

/** @throws RefusedError */
export const requireUser = async (repo: OperatorRepo, username = ""): Promise<UserRow> => {
  const user = await repo.findUser(username.toLowerCase());
  if (!user) throw new RefusedError(`Nobody signs in as “${username}”.`);
  return user;
};

/** By its id, or by its name where only one has it. @throws RefusedError */
export const requireServer = async (repo: OperatorRepo, idOrName = ""): Promise<ServerRow> => {
  const id = ServerId.safeParse(idOrName);
  const byId = id.success ? await repo.findServer(id.data) : undefined;
  if (byId) return byId;
  const [server, ...others] = (await repo.listServers(idOrName)).filter(({ name }) => name === idOrName);
  if (!server) throw new RefusedError(`There is no server “${idOrName}”.`);
  if (others.length > 0)
    throw new RefusedError(
      `Several servers are called “${idOrName}”; name one by its id: ${[server, ...others].map((one) => one.id).join(", ")}.`,
    );
  return server;
};
