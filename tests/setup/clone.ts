/** What a fresh clone of the working tree would be, on a machine that has nothing but its own Node and npm. */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";

import { findVoicePorts } from "#tests/support/voice-config.ts";

const root = resolve(import.meta.dirname, "../..");

/** What a machine says about itself and its network. All else is this test run's, and a user's shell has none of it. */
const machineVariables = [
  "HOME",
  "USER",
  "LANG",
  "NODE_EXTRA_CA_CERTS",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "CHROMIUM_BIN",
  "MEDIASOUP_WORKER_BIN",
];

export type Clone = {
  path: string;
  env: NodeJS.ProcessEnv;
  url: string;
  /** Command lines of the processes that run anything of this clone. */
  listProcesses: () => string[];
} & Disposable;

/** Makes a clone without packages, without a build, without data and without a Node fetched earlier. */
export const createClone = async (): Promise<Clone> => {
  const home = mkdtempSync(join(tmpdir(), "together-setup-"));
  // As root, PostgreSQL runs as a user of its own, who must be able to get here.
  chmodSync(home, 0o755);
  const path = join(home, "clone");
  copyProject(path);
  const port = await findFreePort();
  const env = {
    ...getMachineEnvironment(),
    XDG_CACHE_HOME: join(home, "cache"),
    PORT: String(port),
    // A worker for each core, at most four of them.
    VOICE_PORT: String(await findVoicePorts(4)),
  };
  const findProcesses = () => listAllProcesses().filter(({ commandLine }) => commandLine.includes(home));
  return {
    path,
    env,
    url: `http://localhost:${port}`,
    listProcesses: () => findProcesses().map(({ commandLine }) => commandLine),
    [Symbol.dispose]: () => {
      for (const { pid } of findProcesses()) process.kill(pid, "SIGKILL");
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
};

/** Every file that git would carry: what is ignored is not there, what is new or changed is. */
const copyProject = (target: string): void => {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  for (const file of files) {
    if (!existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(root, file), join(target, file));
  }
};

const getMachineEnvironment = (): NodeJS.ProcessEnv => {
  const env: NodeJS.ProcessEnv = { PATH: getMachinePath() };
  for (const name of machineVariables) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
};

/** The PATH without the Node of this run and without the packages' commands, as long as a Node is left. */
const getMachinePath = (): string => {
  const all = (process.env["PATH"] ?? "").split(delimiter);
  const own = all.filter((dir) => dir !== dirname(process.execPath) && !dir.includes("node_modules"));
  const hasNode = own.some((dir) => existsSync(join(dir, "node")) && existsSync(join(dir, "npm")));
  return (hasNode ? own : all).join(delimiter);
};

const listAllProcesses = (): { pid: number; commandLine: string }[] =>
  execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => ({ pid: Number.parseInt(line, 10), commandLine: line.trim().replace(/^\d+ /, "") }))
    .filter(({ pid }) => Number.isInteger(pid));

const findFreePort = async (): Promise<number> => {
  const server = createServer();
  const { promise: listening, resolve: onListening } = Promise.withResolvers<void>();
  server.listen(0, onListening);
  await listening;
  const address = server.address();
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
  server.close(() => onClosed());
  await closed;
  if (address === null || typeof address === "string") throw new Error("a port has no number");
  return address.port;
};
