import { type ChildProcess, spawn } from "node:child_process";

import type { Clone } from "./clone.ts";

/** A command of the project under way, in a process group of its own as a shell gives it. */
export class Command implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  readonly exitCode: Promise<number | null>;
  output = "";

  private constructor(child: ChildProcess) {
    this.#child = child;
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.exitCode = promise;
    // "close", not "exit": a process that outlives the command holds its output open, and must be noticed.
    child.once("close", (code) => {
      resolve(code);
      this.#wake();
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.#wake();
      });
    }
  }

  static run({ path: cwd, env }: Pick<Clone, "path" | "env">, [file = "", ...args]: string[]): Command {
    return new Command(spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] }));
  }

  get lines(): string[] {
    return this.output.trimEnd().split("\n");
  }

  /** Resolves once the output holds the text; refuses when the command ends without it. */
  async waitFor(text: string): Promise<void> {
    const ended = this.exitCode.then(() => "ended" as const);
    while (!this.output.includes(text)) {
      const { promise, resolve } = Promise.withResolvers<"woken">();
      const wake = () => resolve("woken");
      this.#waiting.add(wake);
      const what = await Promise.race([promise, ended]);
      this.#waiting.delete(wake);
      if (what === "ended" && !this.output.includes(text)) {
        throw new Error(`ended without saying "${text}":\n${this.output}`);
      }
    }
  }

  /** A terminal's Ctrl+C reaches the whole group; `kill` and most supervisors reach npm alone. */
  send(signal: NodeJS.Signals, target: "group" | "npm"): void {
    const pid = this.#child.pid;
    if (pid === undefined) throw new Error("the command did not start");
    try {
      process.kill(target === "group" ? -pid : pid, signal);
    } catch (error) {
      // ESRCH: it has ended by itself.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.send("SIGKILL", "group");
    await this.exitCode;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
