/** The program: the environment and the process's signals in, one running server out. */
import { join } from "node:path";
import { DatabaseStartError } from "./database/errors.ts";
import { systemClock } from "./kernel/clock.ts";
import { type Config, ConfigError, readConfig } from "./kernel/config.ts";
import { createLogger } from "./kernel/logger.ts";
import { Together } from "./together.ts";

const root = join(import.meta.dirname, "../..");
const bcryptRounds = 12;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const refuse = (sentence: string): never => {
  process.stderr.write(`Together cannot start: ${sentence}\n`);
  process.exit(1);
};

const requireConfig = (): Config => {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) return refuse(error.message);
    throw error;
  }
};

/** Why it does not listen where it was told to, in words; undefined when something else is wrong. */
const explainListening = (error: unknown, { host, port }: Config): string | undefined => {
  if (!(error instanceof Error && "code" in error && "syscall" in error)) return undefined;
  if (error.syscall !== "listen" && error.syscall !== "getaddrinfo") return undefined;
  switch (error.code) {
    case "EADDRINUSE":
      return `port ${port} is taken by another program; set PORT to a free one.`;
    case "EACCES":
      return `port ${port} is for the system's own programs; set PORT to one above 1023.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `HOST: ${JSON.stringify(host)} is no address of this machine; accepted is one of them, or 0.0.0.0 for all.`;
    default:
      return undefined;
  }
};

const config = requireConfig();
const logger = createLogger({ level: config.logLevel, isPretty: process.stdout.isTTY });

/** A start that hangs (a disk that does not answer) must not outlive the wish to end it. */
const interruptedStartMs = 10_000;
let isStarted = false;

const stopOn = new AbortController();
const giveUpStart = (): void => {
  if (!isStarted) refuse("it was told to stop, and what it waits for does not come.");
};
stopOn.signal.addEventListener("abort", () => setTimeout(giveUpStart, interruptedStartMs).unref());
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // A second signal does not hurry: the database is being stopped, and ten seconds bound it.
  process.on(signal, () => stopOn.abort(signal));
}
// Whatever reaches this is a fault of ours. State may be half changed, and the supervisor starts us anew.
process.on("uncaughtException", (error) => {
  logger.error({ error }, "an error that nobody caught");
  process.exitCode = 70;
  stopOn.abort("uncaughtException");
});

try {
  const together = await Together.start({
    config,
    logger,
    clock: systemClock,
    bcryptRounds,
    webDirectory: join(root, "dist/web"),
    migrationsDirectory: join(root, "drizzle"),
    onProgress: say,
    signal: stopOn.signal,
    onFatal: (sentence) => {
      logger.error({}, sentence);
      process.exitCode = 1;
      stopOn.abort("fatal");
    },
  });
  isStarted = true;
  // What starting leaves behind, compiled sources and what they were parsed into, is a fifth of the memory; left to itself V8
  // keeps it. Some 70 ms, while nobody waits yet; there only where Node was told to (`--expose-gc`).
  globalThis.gc?.({ type: "major", flavor: "last-resort", execution: "sync" });
  const stop = async (): Promise<void> => {
    say("Stopping…");
    await together.stop();
    say("Stopped.");
    process.exit();
  };
  if (stopOn.signal.aborted) await stop();
  else {
    stopOn.signal.addEventListener("abort", () => void stop(), { once: true });
    say(`Together is ready at ${together.url}`);
    // To whoever reads this, and to no log: with the link anybody becomes the administrator.
    if (together.claimUrl !== undefined)
      say(
        `There is no administrator yet. Open ${together.claimUrl} to become it; the link is good once, until the next start.`,
      );
  }
} catch (error) {
  // What had been started has stopped again.
  if (stopOn.signal.aborted) {
    say("Stopped.");
    process.exit();
  }
  if (error instanceof DatabaseStartError) refuse(error.message);
  const listening = explainListening(error, config);
  if (listening !== undefined) refuse(listening);
  logger.error({ error }, "the start failed");
  refuse(error instanceof Error ? error.message : String(error));
}
