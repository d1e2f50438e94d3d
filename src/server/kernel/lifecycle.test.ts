import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Lifecycle } from "./lifecycle.ts";
import { type Logger, silentLogger } from "./logger.ts";

const forever = (): Promise<void> => new Promise(() => {});

const aLifecycle = () => {
  const faults: unknown[] = [];
  const logger: Logger = { ...silentLogger, error: (fields) => faults.push(fields) };
  const stopped: string[] = [];
  const lifecycle = new Lifecycle(logger);
  const add = (name: string) => lifecycle.add(name, () => void stopped.push(name));
  return { lifecycle, faults, stopped, add };
};

it("stops what was started last first, each after the one before it has stopped", async () => {
  const { lifecycle, stopped, add } = aLifecycle();
  add("database");
  lifecycle.add("http", async () => {
    await Promise.resolve();
    stopped.push("http");
  });
  add("gateway");
  await lifecycle.stop(1_000);
  expect(stopped).toEqual(["gateway", "http", "database"]);
});

it("stops once, however often it is told to", async () => {
  const { lifecycle, stopped, add } = aLifecycle();
  add("database");
  await Promise.all([lifecycle.stop(1_000), lifecycle.stop(1_000)]);
  await lifecycle.stop(1_000);
  expect(stopped).toEqual(["database"]);
});

it("stops the others when one fails, and says which", async () => {
  const { lifecycle, faults, stopped, add } = aLifecycle();
  add("database");
  lifecycle.add("http", () => Promise.reject(new Error("the port is stuck")));
  lifecycle.add("gateway", () => {
    throw new Error("no list");
  });
  await lifecycle.stop(1_000);
  expect(stopped).toEqual(["database"]);
  expect(faults).toEqual([
    { part: "gateway", error: "Error: no list" },
    { part: "http", error: "Error: the port is stuck" },
  ]);
});

describe("in time", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("does not wait longer than it was given for a part that never stops", async () => {
    const { lifecycle, faults, stopped, add } = aLifecycle();
    add("database");
    lifecycle.add("http", forever);
    const stopping = lifecycle.stop(10_000);
    await vi.advanceTimersByTimeAsync(10_000);
    await stopping;
    expect(stopped).toEqual(["database"]);
    expect(faults).toMatchObject([{ part: "http" }]);
  });

  it("leaves each later part a second, within the whole time", async () => {
    const { lifecycle, stopped, add } = aLifecycle();
    lifecycle.add("database", async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, 900);
      await promise;
      stopped.push("database");
    });
    add("pool");
    lifecycle.add("http", forever);
    lifecycle.add("gateway", forever);
    const startedAtMs = Date.now();
    const stopping = lifecycle.stop(10_000).then(() => Date.now() - startedAtMs);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await stopping).toBeLessThanOrEqual(10_000);
    expect(stopped).toEqual(["pool", "database"]);
  });

  it("leaves no timer behind", async () => {
    const { lifecycle, add } = aLifecycle();
    add("database");
    await lifecycle.stop(10_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
