/** Questions to a process of one's own, and their answers. */
import { type ChildProcess, fork } from "node:child_process";
import { z } from "zod";

const Question = z.object({ number: z.number(), name: z.string(), argument: z.unknown() });
const Answer = z.object({ number: z.number(), value: z.unknown() });

export class Child implements Disposable {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #number = 0;

  /** The options are for Node itself. */
  constructor(file: URL, args: readonly string[], execArgv: readonly string[] = []) {
    this.#process = fork(file, [...args], { execArgv: [...process.execArgv, ...execArgv] });
    this.#process.on("message", (message) => {
      const { number, value } = Answer.parse(message);
      this.#waiting.get(number)?.resolve(value);
      this.#waiting.delete(number);
    });
    this.#process.once("exit", () => {
      for (const { reject } of this.#waiting.values())
        reject(new Error("the process that was asked has ended"));
    });
  }

  async ask<T>(name: string, argument: unknown, Value: z.ZodType<T>): Promise<T> {
    const number = (this.#number += 1);
    const answered = Promise.withResolvers<unknown>();
    this.#waiting.set(number, answered);
    this.#process.send({ number, name, argument });
    return Value.parse(await answered.promise);
  }

  [Symbol.dispose](): void {
    this.#process.disconnect();
  }
}

/** The other end: goes with the one who asks. */
export const answer = (answers: Record<string, (argument: unknown) => unknown>): void => {
  process.once("disconnect", () => process.exit(0));
  process.on("message", (message) => {
    const { number, name, argument } = Question.parse(message);
    void Promise.resolve(answers[name]?.(argument)).then((value) =>
      process.send?.({ number, value: value ?? null }),
    );
  });
};

/** Of a clock that all processes of the machine share. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
