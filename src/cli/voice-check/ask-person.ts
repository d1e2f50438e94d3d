/** Asks whoever sits at the terminal who they are. A password is not shown. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { CannotTryError } from "./ask-server.ts";

/** As after any Ctrl+C. */
const interruptedExitCode = 130;

/** The terminal, with a cloth to lay over it. */
class Screen extends Writable {
  isCovered = false;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.isCovered) process.stdout.write(chunk);
    done();
  }
}

/** By the variables, or else by asking. @throws CannotTryError where there is nobody to ask */
export const askCredentials = async (): Promise<{ username: string; password: string }> => {
  const username = process.env["TOGETHER_USERNAME"];
  const password = process.env["TOGETHER_PASSWORD"];
  if (username !== undefined && password !== undefined) return { username, password };
  if (!process.stdin.isTTY) {
    throw new CannotTryError("Set TOGETHER_USERNAME and TOGETHER_PASSWORD: there is no terminal to ask at.");
  }
  const screen = new Screen();
  const terminal = createInterface({ input: process.stdin, output: screen, terminal: true });
  terminal.on("SIGINT", () => process.exit(interruptedExitCode));
  try {
    const name = username ?? (await terminal.question("Username: "));
    const asking = terminal.question("Password: ");
    screen.isCovered = true;
    const secret = await asking;
    process.stdout.write("\n");
    return { username: name, password: secret };
  } finally {
    terminal.close();
  }
};
