import fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { registerHealth } from "./health.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Probes = Parameters<typeof registerHealth>[1];

const anApp = (probes: Partial<Probes> = {}): FastifyInstance => {
  const app = fastify();
  registerHealth(app, {
    queryDatabase: () => Promise.resolve(),
    countSockets: () => 3,
    countVoiceParticipants: () => 2,
    isVoiceWanted: true,
    findVoiceProblem: () => undefined,
    findStorageProblem: () => Promise.resolve(undefined),
    isStopping: () => false,
    clock: new FakeClock(),
    ...probes,
  });
  return app;
};

const silent = (): Promise<never> => new Promise(() => {});

it("does not wait long for a database that says nothing, nor asks it twice meanwhile", async () => {
  let asked = 0;
  const { promise: first, resolve: answer } = Promise.withResolvers<void>();
  await using app = anApp({
    queryDatabase: () => {
      asked += 1;
      return asked === 1 ? first : Promise.resolve();
    },
  });
  const answers = ["/health", "/health/ready"].map((url) => app.inject(url));
  await vi.waitUntil(() => vi.getTimerCount() >= 2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await Promise.all(answers)).map(({ statusCode }) => statusCode)).toEqual([503, 503]);
  expect(asked).toBe(1);

  const alive = await app.inject("/health/live");
  expect([alive.statusCode, alive.json()]).toEqual([200, { status: "alive" }]);

  answer();
  expect((await app.inject("/health")).json()).toMatchObject({
    status: "healthy",
    websockets: 3,
    voice_participants: 2,
  });
  expect(vi.getTimerCount()).toBe(0);
});

it("asks the database once for all who ask at once", async () => {
  let asked = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  await using app = anApp({
    queryDatabase: () => {
      asked += 1;
      return promise;
    },
  });
  const answers = Array.from({ length: 10 }, () => app.inject("/health"));
  await vi.waitUntil(() => asked === 1);
  resolve();
  expect((await Promise.all(answers)).map(({ statusCode }) => statusCode)).toEqual(Array(10).fill(200));
  expect(asked).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

it("serves on without voice, and says why there is none", async () => {
  await using app = anApp({ findVoiceProblem: () => "UDP port 7880 is taken" });
  const answer = await app.inject("/health");
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    status: "degraded",
    voice: "unavailable",
    voice_problem: "UDP port 7880 is taken",
  });
  expect((await app.inject("/health/ready")).statusCode).toBe(200);
});

it("is degraded while nothing can be stored, and looks at the disk every ten seconds at most", async () => {
  const clock = new FakeClock();
  let looks = 0;
  let problem: string | undefined = "less than 100 MB are free";
  await using app = anApp({
    clock,
    findStorageProblem: async () => {
      looks += 1;
      return problem;
    },
  });
  for (let ask = 0; ask < 5; ask += 1) {
    const answer = await app.inject("/health");
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      status: "degraded",
      storage: "unavailable",
      storage_problem: "less than 100 MB are free",
    });
  }
  expect(looks).toBe(1);
  problem = undefined;
  clock.advance(10_000);
  expect((await app.inject("/health")).json()).toMatchObject({ status: "healthy", storage: "available" });
});

it("is degraded when the disk does not answer", async () => {
  await using app = anApp({ findStorageProblem: silent });
  const answer = app.inject("/health");
  await vi.waitUntil(() => vi.getTimerCount() >= 1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await answer).json()).toMatchObject({
    status: "degraded",
    storage_problem: "the disk of DATA_DIR does not answer",
  });
});

it("is alive and not ready while it stops", async () => {
  await using app = anApp({ isStopping: () => true });
  const answer = await app.inject("/health/ready");
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    { status: "not ready", database: "connected", stopping: true },
  ]);
  expect((await app.inject("/health/live")).statusCode).toBe(200);
});
