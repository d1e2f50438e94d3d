import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { AppError } from "../kernel/app-error.ts";
import { silentLogger } from "../kernel/logger.ts";
import { limitBesideCalls } from "./beside-calls.ts";
import { createHttpApp } from "./http-app.ts";

/** An app with a call and a file, which refuses files and is slow to refuse calls, as one that has had enough. */
const open = async () => {
  const app = await createHttpApp({
    logger: silentLogger,
    trustProxy: false,
    isSecure: false,
    corsOrigins: [],
    isAllowedOrigin: () => true,
  });
  limitBesideCalls(app, {
    takeFile: () => Promise.reject(new AppError("RATE_LIMITED", { retryAfterMs: 1_500 })),
    delayRefusal: () => Promise.resolve(true),
  });
  app.post("/api/trpc/:path", async () => "called");
  app.get("/file", async () => "a file");
  const { port } = new URL(await app.listen({ port: 0, host: "127.0.0.1" }));
  return { app, port: Number(port), [Symbol.asyncDispose]: () => app.close() };
};

it("refuses what is no call, and says when to come again", async () => {
  await using world = await open();
  for (const url of ["/file", "/nowhere", "/api/trpc/nowhere/at-all"]) {
    const answer = await world.app.inject({ url });
    expect(answer.statusCode).toBe(429);
    expect(answer.headers["retry-after"]).toBe("2");
  }
  const call = await world.app.inject({ method: "POST", url: "/api/trpc/one", body: {} });
  expect(call.body).toBe("called");
});

it("reads no more of a body that is too long, and hangs up on who sends many", async () => {
  await using world = await open();
  const socket = connect(world.port, "127.0.0.1").setEncoding("latin1");
  await once(socket, "connect");
  const length = 64 * 1024 * 1024;
  socket.write(
    `POST /api/trpc/one HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`,
  );
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
});
