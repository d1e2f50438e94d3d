/** A command of src/cli as an operator runs it, to its end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";

const root = join(import.meta.dirname, "../..");

export interface CommandEnd {
  exitCode: number | null;
  output: string;
  errors: string;
}

/** With these variables and the path alone. */
export const runCommandLine = async (
  name: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<CommandEnd> => {
  const child = spawn(process.execPath, [join(root, "src/cli", name, "main.ts"), ...args], {
    cwd: root,
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  await once(child, "close");
  const [output, errors] = await said;
  return { exitCode: child.exitCode, output, errors };
};
