/** Asks the running server to act, since only it can tell those who are connected; or acts in its place while none runs. */
import { type OperatorAct, OperatorResult } from "#server/admin/operator.service.ts";
import { isAppError } from "#server/kernel/app-error.ts";
import { systemClock } from "#server/kernel/clock.ts";
import type { Config } from "#server/kernel/config.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { askControlSocket } from "#server/ops/control-socket.ts";
import { z } from "zod";
import { migrationsDirectory } from "../operator/places.ts";
import { RefusedError } from "../operator/run.ts";

const names = z.object({ names: z.array(z.string()) });
const issues = z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) });

/** A refusal of the rules, as a sentence. */
const explain = (reason: string, params: unknown): string => {
  switch (reason) {
    case "NOT_FOUND":
      return "That account or server is gone, or the account is no member of the server.";
    case "LAST_ADMIN":
      return "The instance would be left without an administrator. Make somebody else one first.";
    case "LINK_EXPIRED":
      return "There is an administrator already; they, or make-admin, can make further ones.";
    case "OWNS_SERVERS": {
      const owned = names.safeParse(params).data?.names ?? [];
      return `The account still owns ${owned.join(", ")}. Give these servers another owner, or delete them.`;
    }
    case "INVALID_INPUT": {
      const found = issues.safeParse(params).data?.issues ?? [];
      return found.map(({ path, message }) => `${path}: ${message}`).join("; ");
    }
    default:
      return `The server could not do it (${reason}); its log says why.`;
  }
};

const actAlone = async (config: Config, act: OperatorAct): Promise<OperatorResult> => {
  if (act.act === "claim")
    throw new RefusedError("Together does not run. Each start prints the link while it is needed.");
  // The whole server: loaded only where it is needed.
  const { openOperator } = await import("#server/together.ts");
  await using opened = await openOperator({
    // Nobody is there to be heard.
    config: { ...config, voice: { ...config.voice, workers: 0 } },
    logger: silentLogger,
    clock: systemClock,
    bcryptRounds: 12,
    migrationsDirectory,
    onProgress: (line) => void process.stderr.write(`${line}\n`),
    onFatal: () => undefined,
  });
  try {
    return await opened.operator.run(act);
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw new RefusedError(explain(error.reason, error.params));
  }
};

/** @throws RefusedError with the reason as a sentence; DatabaseStartError when the server runs where it cannot be asked */
export const perform = async (config: Config, act: OperatorAct): Promise<OperatorResult> => {
  const answer = await askControlSocket(config.dataDirectory, act);
  if (answer === undefined) return actAlone(config, act);
  if (answer.kind === "refused") throw new RefusedError(explain(answer.reason, answer.params));
  return OperatorResult.parse(answer.result);
};
