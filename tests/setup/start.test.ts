import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { type Clone, createClone } from "./clone.ts";
import { Command } from "./command.ts";

/** The promise is 5 s. A machine that is busy with other tests gets more, or the test would measure them. */
const maxSecondStartMs = 15_000;
const maxStopMs = 10_000;
const nothingLeft = { timeout: maxStopMs, interval: 100 };

const readyLine = "Together is ready at ";

const expectServing = async (url: string): Promise<void> => {
  const health = await fetch(`${url}/health`);
  expect(await health.json()).toMatchObject({ status: "healthy", database: "connected" });
  const page = await fetch(url, { headers: { "accept-encoding": "br" } });
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(page.headers.get("content-encoding")).toBe("br");
  expect(await page.text()).toContain("<script");
};

/** Stops it, and gives the time until nothing of it was left, the database included. */
const stop = async (clone: Clone, running: Command, how: Parameters<Command["send"]>): Promise<number> => {
  const stoppingMs = performance.now();
  running.send(...how);
  await running.exitCode;
  await vi.waitFor(() => expect(clone.listProcesses()).toEqual([]), nothingLeft);
  return performance.now() - stoppingMs;
};

/** Kills it as a crash of the machine would. Only the database outlives that, in a process group of its own. */
const kill = async (clone: Clone, running: Command): Promise<void> => {
  running.send("SIGKILL", "group");
  await vi.waitFor(
    () => expect(clone.listProcesses().filter((line) => !line.includes("postgres"))).toEqual([]),
    nothingLeft,
  );
};

describe("npm start on a fresh clone", () => {
  let clone: Clone;
  beforeAll(async () => {
    clone = await createClone();
  });
  afterAll(() => clone[Symbol.dispose]());

  test("becomes ready and serves; the second time at once; Ctrl+C leaves nothing behind", async () => {
    await using first = Command.run(clone, ["npm", "start"]);
    await first.waitFor(readyLine);
    await expectServing(clone.url);
    expect(await stop(clone, first, ["SIGINT", "group"])).toBeLessThan(maxStopMs);
    expect(await first.exitCode).toBe(0);

    const startedMs = performance.now();
    await using second = Command.run(clone, ["npm", "start"]);
    await second.waitFor(readyLine);
    const readyMs = performance.now() - startedMs;
    console.log(`second start to ready: ${Math.round(readyMs)} ms`);
    await expectServing(clone.url);
    expect(readyMs).toBeLessThan(maxSecondStartMs);
    expect(second.output).not.toMatch(/Installing|Building|Fetching/);
    await stop(clone, second, ["SIGINT", "group"]);
  });

  test.for([
    ["SIGINT", "npm"],
    ["SIGTERM", "npm"],
    ["SIGTERM", "group"],
    // npm has no moment to pass it on.
    ["SIGKILL", "npm"],
  ] as const)("ends whole after %s to %s, and starts again", async (how) => {
    await using stopped = Command.run(clone, ["npm", "start"]);
    await stopped.waitFor(readyLine);
    await stop(clone, stopped, [...how]);

    await using again = Command.run(clone, ["npm", "start"]);
    await again.waitFor(readyLine);
    await expectServing(clone.url);
    await stop(clone, again, ["SIGTERM", "group"]);
  });

  test("without a worker that runs it serves all the same, and says why voice is off", async () => {
    const broken = { ...clone, env: { ...clone.env, MEDIASOUP_WORKER_BIN: "/bin/false" } };
    await using running = Command.run(broken, ["npm", "start"]);
    await running.waitFor(readyLine);
    expect(running.output).toContain("Voice will be off");
    expect(running.output).toContain("MEDIASOUP_WORKER_BIN names /bin/false, which does not run");
    const page = await fetch(clone.url);
    expect(page.status).toBe(200);
    await stop(clone, running, ["SIGINT", "group"]);

    const withoutVoice = { ...broken, env: { ...broken.env, VOICE_WORKERS: "0" } };
    await using silent = Command.run(withoutVoice, ["npm", "start"]);
    await silent.waitFor(readyLine);
    expect(silent.output).not.toContain("MEDIASOUP_WORKER_BIN");
    await stop(clone, silent, ["SIGINT", "group"]);
  });

  test("starts again after everything was killed at once, and then ends whole", async () => {
    await using killed = Command.run(clone, ["npm", "start"]);
    await killed.waitFor(readyLine);
    await kill(clone, killed);

    await using again = Command.run(clone, ["npm", "start"]);
    await again.waitFor(readyLine);
    await expectServing(clone.url);
    await stop(clone, again, ["SIGINT", "group"]);
  });
});

/** Facts that show how far a first start has come. */
const stages = [
  { stage: "fetching Node", at: "Fetching Node", isUnderWay: () => true },
  {
    stage: "installing packages",
    at: "Installing packages",
    isUnderWay: ({ path }: Clone) => {
      const cache = join(path, ".cache");
      const making = existsSync(cache)
        ? readdirSync(cache).find((name) => name.includes("node_modules.making"))
        : undefined;
      return making !== undefined && existsSync(join(cache, making, "node_modules"));
    },
  },
  { stage: "building the web app", at: "Building the web app", isUnderWay: () => true },
  {
    stage: "preparing the database",
    at: "Starting Together",
    isUnderWay: ({ path }: Clone) => existsSync(join(path, "data")),
  },
];

describe("npm start that is killed half-way", () => {
  test("goes on from every stage, and becomes ready in the end", async () => {
    using clone = await createClone();
    const reached: string[] = [];
    for (const { stage, at, isUnderWay } of stages) {
      await using killed = Command.run(clone, ["npm", "start"]);
      // A Node that is new enough is not fetched.
      const seen = await Promise.race([killed.waitFor(at), killed.waitFor(readyLine)]).then(() =>
        killed.output.includes(at),
      );
      if (seen)
        await vi.waitFor(() => expect(isUnderWay(clone)).toBe(true), { timeout: 60_000, interval: 20 });
      if (seen) reached.push(stage);
      await kill(clone, killed);
    }
    expect(reached).toContain("installing packages");
    expect(reached).toContain("preparing the database");

    await using last = Command.run(clone, ["npm", "start"]);
    await last.waitFor(readyLine);
    await expectServing(clone.url);
    expect(readdirSync(join(clone.path, ".cache")).filter((name) => name.includes(".making-"))).toEqual([]);
    await stop(clone, last, ["SIGINT", "group"]);
  });
});
