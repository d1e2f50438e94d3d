import { expect, it } from "vitest";
import { KeyedMutex } from "./keyed-mutex.ts";

it("runs what shares a key one after the other, in order, and goes on after a failure", async () => {
  const mutex = new KeyedMutex<string>();
  const told: string[] = [];
  const first = Promise.withResolvers<void>();
  const failing = mutex.run("a", async () => {
    told.push("a1 begins");
    await first.promise;
    throw new Error("planted");
  });
  const second = mutex.run("a", () => Promise.resolve(told.push("a2")));
  const other = mutex.run("b", () => Promise.resolve(told.push("b1")));
  await other;
  expect(told).toEqual(["a1 begins", "b1"]);
  first.resolve();
  await expect(failing).rejects.toThrow("planted");
  await second;
  expect(told).toEqual(["a1 begins", "b1", "a2"]);
});
