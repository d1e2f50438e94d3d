/** npm run admin: accounts, servers and what is stored, for whoever has the machine; also while Together runs. */
import { parseArgs } from "node:util";
import { runOperation, UsageError } from "../operator/run.ts";
import { actCommands } from "./act-commands.ts";
import type { Command } from "./command.ts";
import { reportCommands } from "./report-commands.ts";
import { readCommands } from "./read-commands.ts";

const commands: Record<string, Command> = { ...readCommands, ...actCommands, ...reportCommands };

const usage = [
  "npm run admin -- <command> [--json]",
  ...Object.entries(commands).map(([name, { args, does }]) => `    ${`${name} ${args}`.padEnd(40)} ${does}`),
].join("\n");

const readArguments = () =>
  parseArgs({
    options: {
      json: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      reason: { type: "string" },
    },
    allowPositionals: true,
  });

/** `users show alice` is the command `users show`, and what it is about. */
const findCommand = (words: readonly string[]): { command: Command; rest: string[] } => {
  for (const count of [2, 1]) {
    const command = commands[words.slice(0, count).join(" ")];
    if (command && words.length >= count) return { command, rest: words.slice(count) };
  }
  throw new UsageError(words.length === 0 ? "Which command?" : `There is no command “${words.join(" ")}”.`);
};

await runOperation(usage, async ({ config }) => {
  const { values, positionals } = readArguments();
  const { command, rest } = findCommand(positionals);
  const wanted = command.args.split(" ").filter((word) => word.startsWith("<")).length;
  const allowed = command.args.split(" ").filter((word) => /^\[?</.test(word)).length;
  if (rest.length < wanted || rest.length > allowed)
    throw new UsageError(`The command takes ${command.args === "" ? "nothing more" : command.args}.`);
  const { json, yes, reason } = values;
  return command.run({ config, words: rest, isJson: json, isSure: yes, reason });
});
