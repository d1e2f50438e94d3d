import fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { registerHealth } from "./health.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const anApp = (isDatabaseConnected: () => Promise<boolean>, voiceProblem?: string): FastifyInstance => {
  const app = fastify();
  const findVoiceProblem = (): string | undefined => voiceProblem;
  registerHealth(app, {
    isDatabaseConnected,
    countSockets: () => 3,
    countVoiceParticipants: () => 2,
    isVoiceWanted: true,
    findVoiceProblem,
  });
  return app;
};

it("does not wait long for a database that says nothing, and asks it again next time", async () => {
  let asked = 0;
  const silent = new Promise<boolean>(() => {});
  await using app = anApp(() => {
    asked += 1;
    return asked === 1 ? silent : Promise.resolve(true);
  });
  const answer = app.inject("/health");
  await vi.waitUntil(() => asked === 1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect((await answer).statusCode).toBe(503);
  expect((await app.inject("/health")).json()).toMatchObject({
    status: "healthy",
    websockets: 3,
    voice_participants: 2,
  });
});

it("asks the database once for all who ask at once", async () => {
  let asked = 0;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  await using app = anApp(() => {
    asked += 1;
    return promise;
  });
  const answers = Array.from({ length: 10 }, () => app.inject("/health"));
  await vi.waitUntil(() => asked === 1);
  resolve(true);
  expect((await Promise.all(answers)).map(({ statusCode }) => statusCode)).toEqual(Array(10).fill(200));
  expect(asked).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

it("serves on without voice, and says why there is none", async () => {
  await using app = anApp(() => Promise.resolve(true), "UDP port 7880 is taken");
  const answer = await app.inject("/health");
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    status: "degraded",
    voice: "unavailable",
    voice_problem: "UDP port 7880 is taken",
  });
});
