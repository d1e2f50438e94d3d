import { expect, test } from "vitest";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { type LogLevel, silentLogger } from "../../kernel/logger.ts";
import { createRetryPolicy } from "../../kernel/retry-policy.ts";
import { WorkerLoad } from "./voice-worker.ts";
import { WorkerPool } from "./worker-pool.ts";

class FakeWorker {
  readonly load = new WorkerLoad();
  readonly port: number;
  isRunning = true;
  #die: () => void = () => undefined;

  constructor(port: number) {
    this.port = port;
  }

  onDied(listener: () => void): void {
    this.#die = listener;
  }

  die(): void {
    this.isRunning = false;
    this.#die();
  }

  async close(): Promise<void> {
    this.isRunning = false;
  }
}

/** A pool whose workers start at once, but on ports that are taken. */
const aPool = (ports: readonly number[]) => {
  const clock = new FakeClock();
  const taken = new Set<number>();
  const started: FakeWorker[] = [];
  const logged: LogLevel[] = [];
  let tries = 0;
  let fresh = 0;
  const create = () =>
    WorkerPool.create(ports, {
      start: async (port) => {
        tries += 1;
        if (taken.has(port)) throw new Error(`Port ${port} is taken`);
        const worker = new FakeWorker(port);
        started.push(worker);
        return worker;
      },
      retryPolicy: createRetryPolicy({ firstMs: 100, longestMs: 1_000, random: () => 1 }),
      clock,
      scheduler: clock,
      logger: { ...silentLogger, error: () => void logged.push("error") },
      onFreshWorker: () => void (fresh += 1),
    });
  return {
    create,
    taken,
    clock,
    logged,
    get started() {
      return started;
    },
    get tries() {
      return tries;
    },
    get fresh() {
      return fresh;
    },
  };
};

/** Lets promises run until the pool waits for its timer, and turns the clock by that. */
const pass = async (clock: FakeClock, ms: number): Promise<void> => {
  await expect.poll(() => clock.pendingCount).toBeGreaterThan(0);
  clock.advance(ms);
};

test("VO6 hands out the worker with the least to do", async () => {
  const made = aPool([1, 2, 3]);
  const pool = await made.create();
  const [one, two, three] = made.started;
  if (!one || !two || !three) throw new Error("three workers start");
  one.load.streams = 5;
  two.load.streams = 3;
  three.load.streams = 3;
  two.load.peers = 1;
  expect(await pool.getLeastLoaded()).toBe(three);
  three.load.peers = 2;
  expect(await pool.getLeastLoaded()).toBe(two);
  expect(pool.findLeastLoaded([one, three])).toBe(three);
});

test("goes on with the ports that could be had", async () => {
  const made = aPool([1, 2]);
  made.taken.add(2);
  const creating = made.create();
  await pass(made.clock, 100);
  await pass(made.clock, 200);
  const pool = await creating;
  expect(pool.availability()).toEqual({ kind: "available" });
  expect(await pool.getLeastLoaded()).toBe(made.started[0]);
  expect(made.logged).toHaveLength(1);
});

test("is unavailable while its port is taken, tries on, and says when it is back", async () => {
  const made = aPool([1]);
  made.taken.add(1);
  const creating = made.create();
  await pass(made.clock, 100);
  await pass(made.clock, 200);
  const pool = await creating;
  expect(pool.availability()).toEqual({ kind: "unavailable", cause: "Port 1 is taken" });
  await expect(pool.getLeastLoaded()).rejects.toMatchObject({
    reason: "VOICE_UNAVAILABLE",
    params: { cause: "Port 1 is taken" },
  });
  await pass(made.clock, 400);
  // Said once, however often it is tried.
  expect(made.logged).toHaveLength(1);
  expect(made.fresh).toBe(0);
  made.taken.delete(1);
  await pass(made.clock, 1_000);
  await expect.poll(() => made.fresh).toBe(1);
  expect(pool.availability()).toEqual({ kind: "available" });
});

test("VO12 replaces a worker that dies, and whoever needs one meanwhile waits", async () => {
  const made = aPool([1]);
  const pool = await made.create();
  made.clock.advance(60_000);
  made.started[0]?.die();
  expect(pool.availability()).toEqual({ kind: "available" });
  expect(await pool.getLeastLoaded()).toBe(made.started[1]);
  expect(made.fresh).toBe(1);
});

test("does not start at once what dies at once", async () => {
  const made = aPool([1]);
  const pool = await made.create();
  made.started[0]?.die();
  await pass(made.clock, 99);
  expect(made.started).toHaveLength(1);
  await pass(made.clock, 1);
  await expect.poll(() => made.started.length).toBe(2);
  made.started[1]?.die();
  await pass(made.clock, 200);
  await expect.poll(() => made.started.length).toBe(3);
  made.started[2]?.die();
  expect(pool.availability().kind).toBe("unavailable");
  await pass(made.clock, 400);
  await expect.poll(() => made.started.length).toBe(4);
  expect(pool.availability()).toEqual({ kind: "available" });
});

test("tries no more once it is closed, and leaves no worker behind", async () => {
  const made = aPool([1, 2]);
  made.taken.add(2);
  const creating = made.create();
  await pass(made.clock, 100);
  await pass(made.clock, 200);
  const pool = await creating;
  await pool.close();
  const triesBefore = made.tries;
  made.clock.advance(60_000);
  expect(made.clock.pendingCount).toBe(0);
  expect(made.tries).toBe(triesBefore);
  expect(made.started[0]?.isRunning).toBe(false);
  expect(pool.availability()).toEqual({ kind: "unavailable", cause: "Voice is stopping" });
});
