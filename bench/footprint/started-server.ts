/** Together as `npm start` starts it, launcher and all, on a directory of data of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { untilReady } from "#tests/support/server-process.ts";
import { cpuMsOf } from "../messages/cpu.ts";

interface Options {
  port: number;
  dataDirectory: string;
  /** Besides those that the measuring process has. */
  variables?: NodeJS.ProcessEnv;
}

const root = join(import.meta.dirname, "../..");

/** The launcher's child that is the server. */
const findServer = async (launcher: number): Promise<number> => {
  const children = await readFile(`/proc/${launcher}/task/${launcher}/children`, "utf8");
  for (const pid of children.trim().split(" ")) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command.includes("main.ts")) return Number(pid);
  }
  throw new Error("the launcher has no server");
};

export class StartedServer implements AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The server's process, not the launcher's. */
  readonly pid: number;
  /** From the command to the line that says it is ready. */
  readonly startMs: number;
  /** What launcher and server have used of the CPU until then. */
  readonly startCpuMs: number;
  readonly #launcher: ChildProcess;

  private constructor(
    launcher: ChildProcess,
    known: Pick<StartedServer, "port" | "pid" | "startMs" | "startCpuMs">,
  ) {
    this.#launcher = launcher;
    this.port = known.port;
    this.pid = known.pid;
    this.startMs = known.startMs;
    this.startCpuMs = known.startCpuMs;
    this.url = `http://127.0.0.1:${known.port}`;
  }

  static async start({ port, dataDirectory, variables }: Options): Promise<StartedServer> {
    const startMs = performance.now();
    const launcher = spawn(process.execPath, ["scripts/start.mjs"], {
      cwd: root,
      env: {
        ...process.env,
        HOST: "127.0.0.1",
        PORT: String(port),
        DATA_DIR: dataDirectory,
        LOG_LEVEL: "warn",
        ...variables,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    await untilReady(launcher, []);
    const readyMs = performance.now();
    const { pid: launcherPid = 0 } = launcher;
    const pid = await findServer(launcherPid);
    const startCpuMs = (await cpuMsOf(launcherPid)) + (await cpuMsOf(pid));
    return new StartedServer(launcher, { port, pid, startMs: readyMs - startMs, startCpuMs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#launcher, "exit");
    this.#launcher.kill("SIGTERM");
    await exited;
  }
}
