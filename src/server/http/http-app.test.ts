import { expect, it } from "vitest";
import { silentLogger } from "../kernel/logger.ts";
import { createHttpApp } from "./http-app.ts";

it("gives up a request whose body does not arrive within a minute", async () => {
  await using app = await createHttpApp({
    logger: silentLogger,
    trustProxy: false,
    isSecure: false,
    corsOrigins: [],
    isAllowedOrigin: () => true,
  });
  expect(app.server.requestTimeout).toBe(60_000);
  expect(app.server.headersTimeout).toBeLessThanOrEqual(60_000);
});
