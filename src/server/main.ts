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

const config = requireConfig();
const logger = createLogger({ level: config.logLevel, isPretty: process.stdout.isTTY });

const stopOn = new AbortController();
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
    onFatal: (sentence) => {
      logger.error({}, sentence);
      process.exitCode = 1;
      stopOn.abort("fatal");
    },
  });
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
  }
} catch (error) {
  if (error instanceof DatabaseStartError) refuse(error.message);
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    refuse(`port ${config.port} is taken by another program; set PORT to a free one.`);
  }
  logger.error({ error }, "the start failed");
  refuse(error instanceof Error ? error.message : String(error));
}
