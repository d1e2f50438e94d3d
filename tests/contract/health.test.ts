/** What an operator's probe is told. */
import { describe, expect, it } from "vitest";
import { aUser } from "#tests/support/builders.ts";
import { cutDatabase } from "#tests/support/cut-database.ts";
import { requestRaw } from "#tests/support/raw-request.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const healthOf = async ({ url }: TestServer): Promise<{ status: number; body: unknown }> => {
  const { status, text } = await requestRaw(`${url}/health`);
  return { status, body: JSON.parse(text) };
};

describe("GET /health", () => {
  it("is healthy, and counts sockets", async () => {
    await using server = await startTestServer();
    const uptime: unknown = expect.any(Number);
    expect(await healthOf(server)).toEqual({
      status: 200,
      body: {
        status: "healthy",
        database: "connected",
        websockets: 0,
        voice: "off",
        voice_participants: 0,
        storage: "available",
        backups: "off",
        uptime_seconds: uptime,
      },
    });
    await using alice = await aUser(server);
    const { promise, resolve } = Promise.withResolvers<void>();
    alice.client.events.on("READY", () => resolve());
    alice.client.events.start();
    await promise;
    expect((await healthOf(server)).body).toMatchObject({ websockets: 1 });
  });

  it("is degraded, and ready, where the data directory cannot be written to", async () => {
    // Nobody writes there, root neither.
    await using server = await startTestServer({ dataDirectory: "/proc/self" });
    expect(await healthOf(server)).toMatchObject({
      status: 200,
      body: { status: "degraded", storage: "unavailable", storage_problem: "DATA_DIR cannot be written to" },
    });
    expect((await requestRaw(`${server.url}/health/ready`)).status).toBe(200);
  });

  it("is not to be kept by anyone, and answers HEAD", async () => {
    await using server = await startTestServer();
    const { status, headers, text } = await requestRaw(`${server.url}/health`, { method: "HEAD" });
    expect([status, headers["cache-control"], text]).toEqual([200, "no-store", ""]);
  });

  it("is unhealthy while the database is gone, and healthy again when it is back", async () => {
    await using server = await startTestServer();
    await using alice = await aUser(server);
    {
      await using _cut = await cutDatabase(server);
      expect(await healthOf(server)).toMatchObject({
        status: 503,
        body: { status: "unhealthy", database: "disconnected" },
      });
      expect((await requestRaw(`${server.url}/health/ready`)).status).toBe(503);
      expect((await requestRaw(`${server.url}/health/live`)).status).toBe(200);
      const call = alice.client.api.servers.list.query();
      await expect(call).rejects.toMatchObject({ data: { reason: "UNAVAILABLE", httpStatus: 503 } });
    }
    await expect.poll(() => healthOf(server)).toMatchObject({ status: 200, body: { database: "connected" } });
    expect((await requestRaw(`${server.url}/health/ready`)).status).toBe(200);
    expect(await alice.client.api.servers.list.query()).toEqual([]);
  });
});
