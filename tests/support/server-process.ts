/** Together as its own process, on a database that outlives it: to be killed and started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text as textOf } from "node:stream/consumers";
import { createTestDatabase, type TestDatabase } from "./postgres.ts";

export interface ServerProgram {
  readonly url: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** The lines that the running program has said, on both of its outputs, up to its being ready and after. */
  readonly said: readonly string[];
  /** The running program's. */
  readonly pid: number | undefined;
  readonly isRunning: boolean;
  /** SIGKILL: nothing is put in order. */
  kill(): Promise<void>;
  /** Starts it again on the same port and database; resolves when it serves. */
  start(): Promise<void>;
  /** SIGTERM; resolves to its exit code. */
  stop(): Promise<number | null>;
}

export interface ServerProcess extends ServerProgram, AsyncDisposable {
  readonly database: TestDatabase;
}

const root = join(import.meta.dirname, "../..");

const findFreePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new Error("no port was given");
  return address.port;
};

/** How a start that was refused ended. */
interface Refusal {
  exitCode: number | null;
  /** Everything that it said. */
  output: string;
}

/** A worker is a process more in each of these tests; those of voice name theirs. */
const noVoice = { VOICE_WORKERS: "0" };

/** Starts the program with these variables alone, and waits for its end. */
export const runToRefusal = async (environment: NodeJS.ProcessEnv): Promise<Refusal> => {
  const child = spawn(process.execPath, ["src/server/main.ts"], {
    cwd: root,
    env: {
      PATH: process.env["PATH"],
      HOST: "127.0.0.1",
      PORT: "0",
      LOG_LEVEL: "error",
      ...noVoice,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const said = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  await exited;
  return { exitCode: child.exitCode, output: said.join("") };
};

/** Without limits, since a test asks more than people do. */
const programEnvironment = (port: number): NodeJS.ProcessEnv => ({
  ...process.env,
  ...noVoice,
  PORT: String(port),
  HOST: "127.0.0.1",
  PUBLIC_URL: `http://127.0.0.1:${port}`,
  JWT_SECRET: "a secret that is long enough for a test and nothing else",
  LOG_LEVEL: "warn",
  RATE_LIMIT_REQUESTS_PER_MINUTE: "0",
  RATE_LIMIT_AUTH_PER_MINUTE: "0",
  RATE_LIMIT_SOCKETS_PER_ADDRESS: "0",
  RATE_LIMIT_SOCKET_MESSAGES_PER_MINUTE: "0",
});

export const environmentOf = (port: number, database: TestDatabase): NodeJS.ProcessEnv => ({
  ...programEnvironment(port),
  DATABASE_URL: database.connectionString,
});

/** Resolves when it says that it is ready; what it says until then is the error when it ends first. It is read to its end. */
export const untilReady = (child: ChildProcess, said: string[]): Promise<void> => {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error("the server's output is not read");
  stderr.on("data", (chunk: Buffer) => said.push(...chunk.toString().trimEnd().split("\n")));
  return new Promise((resolve, reject) => {
    createInterface({ input: stdout })
      .on("line", (line) => {
        said.push(line);
        if (line.startsWith("Together is ready at")) resolve();
      })
      .on("close", () => reject(new Error(`the server did not start:\n${said.join("\n")}`)));
  });
};

/** On any port, with these variables besides the usual ones: they say where its database is. */
export const startProgram = async (
  variables: NodeJS.ProcessEnv,
): Promise<ServerProgram & AsyncDisposable> => {
  const port = await findFreePort();
  const dataDirectory = await mkdtemp(join(tmpdir(), "together-server-"));
  let child: ChildProcess | undefined;
  let said: string[] = [];
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  const start = async (): Promise<void> => {
    child = spawn(process.execPath, ["src/server/main.ts"], {
      cwd: root,
      env: { ...programEnvironment(port), DATA_DIR: dataDirectory, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    said = [];
    await untilReady(child, said);
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDirectory,
    get said() {
      return said;
    },
    get pid() {
      return child?.pid;
    },
    get isRunning() {
      return child !== undefined && child.exitCode === null && child.signalCode === null;
    },
    start,
    async kill() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    async [Symbol.asyncDispose]() {
      await end("SIGTERM");
      await rm(dataDirectory, { recursive: true });
    },
  };
};

/** With these variables besides the usual ones. */
export const startServerProcess = async (variables: NodeJS.ProcessEnv = {}): Promise<ServerProcess> => {
  const database = await createTestDatabase();
  const program = await startProgram({ DATABASE_URL: database.connectionString, ...variables });
  return {
    url: program.url,
    port: program.port,
    dataDirectory: program.dataDirectory,
    database,
    get said() {
      return program.said;
    },
    get pid() {
      return program.pid;
    },
    get isRunning() {
      return program.isRunning;
    },
    start: () => program.start(),
    kill: () => program.kill(),
    stop: () => program.stop(),
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};
