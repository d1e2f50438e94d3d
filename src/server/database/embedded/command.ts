/** Runs PostgreSQL's programs, as the account that may run them. */
import { spawn } from "node:child_process";
import { parse } from "node:path";

/** Who runs PostgreSQL when we are root, which PostgreSQL refuses to be. */
export interface Account {
  uid: number;
  gid: number;
  /** What lets it pass root's closed directories (mode 0700), where it has to. */
  capability?: Capability;
}

export type Capability = "dac_read_search" | "dac_override";

export interface CommandResult {
  /** -1 when it could not be started or was killed. */
  exitCode: number;
  /** Both streams, as they came. */
  output: string;
}

/** The operator's PGDATA, PGPORT, PGOPTIONS and locale must not reach our PostgreSQL. */
const getEnvironment = (): NodeJS.ProcessEnv => {
  const kept = ["PATH", "SystemRoot", "TEMP", "TMP"].map((name) => [name, process.env[name]] as const);
  return { ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)), LC_ALL: "C", TZ: "UTC" };
};

/**
 * `no_setuid_fixup` makes access(2), which PostgreSQL asks about its own programs, count the capability; the bounding set
 * and `nnp` see to it that it never gets another one.
 */
const wrap = (account: Required<Account>, command: string[]): string[] => [
  "setpriv",
  `--reuid=${account.uid}`,
  `--regid=${account.gid}`,
  "--clear-groups",
  `--inh-caps=-all,+${account.capability}`,
  `--ambient-caps=-all,+${account.capability}`,
  `--bounding-set=-all,+${account.capability}`,
  "--securebits=+no_setuid_fixup",
  "--nnp",
  ...command,
];

const getStart = (command: string[], account: Account | undefined) => {
  if (account?.capability === undefined) return { command, owner: account };
  return { command: wrap({ ...account, capability: account.capability }, command), owner: undefined };
};

/** Runs to the end. Never rejects: what went wrong is in the result. */
export const runCommand = (command: string[], account: Account | undefined): Promise<CommandResult> =>
  new Promise((resolve) => {
    const start = getStart(command, account);
    const [file = "", ...args] = start.command;
    const child = spawn(file, args, {
      cwd: parse(process.cwd()).root,
      env: getEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
      // Out of the terminal's process group: Ctrl+C is for Together alone, which stops PostgreSQL last.
      detached: process.platform !== "win32",
      windowsHide: true,
      ...(start.owner && { uid: start.owner.uid, gid: start.owner.gid }),
    });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ exitCode: -1, output: error.message }));
    child.on("close", (exitCode) => resolve({ exitCode: exitCode ?? -1, output }));
  });
