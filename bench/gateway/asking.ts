/** Questions to a process of one's own, one at a time, and their answers. */
import { type ChildProcess, fork } from "node:child_process";
import { z } from "zod";

const Question = z.object({ name: z.string(), argument: z.unknown() });
const Answer = z.object({ value: z.unknown() });

export class Child implements Disposable {
  readonly #process: ChildProcess;

  constructor(file: URL, args: readonly string[]) {
    this.#process = fork(file, [...args]);
  }

  async ask<T>(name: string, argument: unknown, Value: z.ZodType<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const end = (): void => reject(new Error(`the process that was asked to ${name} has ended`));
    this.#process.once("exit", end).once("message", resolve);
    this.#process.send({ name, argument });
    try {
      return Value.parse(Answer.parse(await promise).value);
    } finally {
      this.#process.off("exit", end);
    }
  }

  [Symbol.dispose](): void {
    this.#process.disconnect();
  }
}

/** The other end: goes with the one who asks. */
export const answer = (answers: Record<string, (argument: unknown) => unknown>): void => {
  process.once("disconnect", () => process.exit(0));
  process.on("message", (message) => {
    const { name, argument } = Question.parse(message);
    void Promise.resolve(answers[name]?.(argument)).then((value) => process.send?.({ value: value ?? null }));
  });
};

/** Of a clock that all processes of the machine share. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
