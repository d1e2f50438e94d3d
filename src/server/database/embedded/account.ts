/**
 * Decides who runs PostgreSQL. It refuses to run as root, so where Together is root its database runs as the owner of the
 * cluster, or as the system user `postgres`. That user cannot look into root's own directories, where a checkout or the
 * data directory may well be; it then gets the one capability that opens directories, rather than copies of everything.
 */
import { stat } from "node:fs/promises";
import { DatabaseStartError } from "../errors.ts";
import type { Binaries } from "./binaries.ts";
import { type Account, type Capability, runCommand } from "./command.ts";

interface Places {
  binaries: Binaries;
  /** Exists. */
  dataDirectory: string;
  /** May not exist yet. */
  clusterDirectory: string;
}

const systemUser = "postgres";

/** None: PostgreSQL runs as we do. */
export const findAccount = async (places: Places): Promise<Account | undefined> => {
  // Windows has no such ids; pg_ctl gives up an administrator's rights there by itself.
  const ownUid = process.getuid?.();
  if (ownUid === undefined) return undefined;
  const cluster = await stat(places.clusterDirectory).catch(() => undefined);
  if (ownUid !== 0) {
    if (cluster === undefined || cluster.uid === ownUid) return undefined;
    throw new DatabaseStartError(
      `The database in ${places.clusterDirectory} belongs to another user (uid ${cluster.uid}). Start Together as root or ` +
        `as that user, or hand it over with: chown -R ${ownUid} ${places.clusterDirectory}`,
    );
  }
  const isOwned = cluster !== undefined && cluster.uid !== 0;
  const owner = isOwned ? { uid: cluster.uid, gid: cluster.gid } : await getSystemUser();
  // A copy or a restored backup: root's own, and PostgreSQL insists on owning it.
  if (cluster?.uid === 0) await giveTo(owner, places.clusterDirectory);
  return addCapability(owner, places);
};

/** Makes the account the owner of everything below. */
export const giveTo = async (account: Account, directory: string): Promise<void> => {
  const { exitCode, output } = await runCommand(
    ["chown", "-R", `${account.uid}:${account.gid}`, directory],
    undefined,
  );
  if (exitCode !== 0)
    throw new DatabaseStartError(`The owner of ${directory} cannot be set: ${output.trim()}`);
};

const getSystemUser = async (): Promise<Account> => {
  const existing = await findUser();
  if (existing) return existing;
  const made = await runCommand(
    ["useradd", "--system", "--user-group", "--no-create-home", "--shell=/usr/sbin/nologin", systemUser],
    undefined,
  );
  const user = await findUser();
  if (user) return user;
  throw new DatabaseStartError(
    `PostgreSQL does not run as root, and the system user ${systemUser} could not be made (${made.output.trim()}). ` +
      "Start Together as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.",
  );
};

const findUser = async (): Promise<Account | undefined> => {
  const [uid, gid] = await Promise.all([
    runCommand(["id", "-u", systemUser], undefined),
    runCommand(["id", "-g", systemUser], undefined),
  ]);
  if (uid.exitCode !== 0 || gid.exitCode !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
};

/** From none to the strongest; a container's root often lacks the first of the two. */
const capabilities: (Capability | undefined)[] = [undefined, "dac_read_search", "dac_override"];

const addCapability = async (owner: Account, places: Places): Promise<Account> => {
  for (const capability of capabilities) {
    const account = capability ? { ...owner, capability } : owner;
    if (await canReach(account, places)) return account;
  }
  throw new DatabaseStartError(
    `PostgreSQL does not run as root, and the user it runs as (uid ${owner.uid}) can reach ${places.binaries.postgres} ` +
      `or ${places.dataDirectory} in no way: a directory above is closed to others. Start Together as an ordinary user, ` +
      "move it (or DATA_DIR) to an open directory, or set DATABASE_URL.",
  );
};

const canReach = async (account: Account, { binaries, dataDirectory }: Places): Promise<boolean> => {
  const program = await runCommand([binaries.postgres, "--version"], account);
  // Alone on its line: before it PostgreSQL complains when it may not open its own program, and would not start.
  if (program.exitCode !== 0 || !/^postgres \(PostgreSQL\) .+$/.test(program.output.trim())) return false;
  const directory = await runCommand(["test", "-x", dataDirectory], account);
  return directory.exitCode === 0;
};
