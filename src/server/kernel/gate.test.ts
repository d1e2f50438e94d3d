import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

test("so many run at once, the others in the order in which they came, also after one that failed", async () => {
  const gate = new Gate(2);
  const begun: number[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const runs = [0, 1, 2, 3].map((index) =>
    gate.run(() => {
      begun.push(index);
      return (ends[index] = Promise.withResolvers()).promise;
    }),
  );
  await settle();
  expect(begun).toEqual([0, 1]);
  ends[1]?.reject(new Error("failed"));
  await expect(runs[1]).rejects.toThrow("failed");
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.resolve();
  await settle();
  expect(begun).toEqual([0, 1, 2, 3]);
  for (const end of ends) end.resolve();
  await Promise.all([runs[0], runs[2], runs[3]]);
  const last = gate.run(() => Promise.resolve("free again"));
  expect(await last).toBe("free again");
});
