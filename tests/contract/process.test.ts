/** The program as an operator runs it: what it refuses to start with, and how it ends. */
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { CloseCode } from "#shared/close-codes.ts";
import { aServer, aUser } from "#tests/support/builders.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { createTestDatabase } from "#tests/support/postgres.ts";
import {
  environmentOf,
  runToRefusal,
  type ServerProcess,
  startServerProcess,
} from "#tests/support/server-process.ts";

const jwtSecret = "a secret that is long enough for a test and nothing else";

describe("a start that cannot be", () => {
  it.each([
    ["PORT", "eighty", "a port number"],
    ["REGISTRATION", "yes", "open, invite or closed"],
    ["LOG_LEVEL", "loud", "error, warn, info or debug"],
    ["PUBLIC_URL", "chat.example.org", "the address that people use"],
  ])("%s=%s ends with one line that says what is accepted", async (name, value, accepted) => {
    const { exitCode, output } = await runToRefusal({ [name]: value });
    expect(exitCode).toBe(1);
    expect(output).toMatch(
      new RegExp(`^Together cannot start: ${name}: "${value}" is not accepted; accepted is .+\\.\n$`),
    );
    expect(output).toContain(accepted);
  });

  it("refuses a JWT_SECRET that is too short, without showing it", async () => {
    const { exitCode, output } = await runToRefusal({ JWT_SECRET: "hunter22" });
    expect([exitCode, output.trim().split("\n").length]).toEqual([1, 1]);
    expect(output).toContain("JWT_SECRET: its value is not accepted; accepted is at least 32 bytes");
    expect(output).not.toContain("hunter22");
  });

  it("says that there is no database, without its password", async () => {
    const databaseUrl = "postgresql://together:hunter22@127.0.0.1:1/together";
    const { exitCode, output } = await runToRefusal({ DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret });
    expect([exitCode, output.trim().split("\n").length]).toEqual([1, 1]);
    expect(output).toMatch(/^Together cannot start: No connection to PostgreSQL .*DATABASE_URL/);
    expect(output).not.toContain("hunter22");
  });

  it("says that its port is taken, or that its address is not here", async () => {
    await using database = await createTestDatabase();
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const environment = environmentOf(port, database);
    const taken = await runToRefusal(environment);
    expect(taken.exitCode).toBe(1);
    expect(taken.output).toBe(
      `Together cannot start: port ${port} is taken by another program; set PORT to a free one.\n`,
    );
    other.close();
    const elsewhere = await runToRefusal({ ...environment, HOST: "198.51.100.1" });
    expect(elsewhere.exitCode).toBe(1);
    expect(elsewhere.output).toMatch(
      /^Together cannot start: HOST: "198\.51\.100\.1" is no address of this machine; .+\n$/,
    );
  });

  it("refuses a database that another Together serves", async () => {
    await using server = await startServerProcess();
    const { exitCode, output } = await runToRefusal({
      ...environmentOf(server.port, server.database),
      PORT: "0",
    });
    expect(exitCode).toBe(1);
    expect(output).toMatch(
      /Together cannot start: Another Together \(together \d+ on .+\) is already using this database/,
    );
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});

describe("the first administrator", () => {
  const link =
    /^There is no administrator yet\. Open http:\/\/127\.0\.0\.1:\d+\/claim#([\w-]{43}) to become it; /;

  /** The token of the one line that names it, which is a plain one and comes after the one that says where it serves. */
  const untilLink = (server: ServerProcess): Promise<string> =>
    vi.waitFor(() => {
      // Lines of the log go their own way, and come in between.
      const words = server.said.filter((line) => !line.startsWith("{"));
      const position = words.findIndex((line) => link.test(line));
      const token = link.exec(words[position] ?? "")?.[1];
      if (token === undefined) throw new Error(`no link in:\n${server.said.join("\n")}`);
      expect(words.findIndex((line) => line.startsWith("Together is ready at"))).toBe(position - 1);
      return token;
    }, 5_000);

  const mentions = (server: ServerProcess, token: string): string[] =>
    server.said.filter((line) => line.includes(token));

  it("becomes it by a link that every start prints until there is one, and that no log holds", async () => {
    await using server = await startServerProcess({ REGISTRATION: "closed", LOG_LEVEL: "debug" });
    const first = await untilLink(server);
    expect(await server.stop()).toBe(0);
    expect(mentions(server, first)).toHaveLength(1);
    await server.start();
    const second = await untilLink(server);
    expect(second).not.toBe(first);
    const call = { type: "mutation", path: "auth.register" } as const;
    const input = { username: "alice", password: "correct horse battery" };
    expect(await callRaw(server.url, { ...call, input: { ...input, claimToken: first } })).toMatchObject({
      reason: "LINK_EXPIRED",
    });
    expect(await callRaw(server.url, { ...call, input: { ...input, claimToken: second } })).toMatchObject({
      data: { user: { isAdmin: true } },
    });
    expect(await server.stop()).toBe(0);
    expect(mentions(server, second)).toHaveLength(1);
    expect(server.said.filter((line) => line.startsWith("{"))).not.toEqual([]);
    await server.start();
    // It has said all that it says at a start when it has stopped.
    expect(await server.stop()).toBe(0);
    expect(server.said.join("\n")).not.toContain("claim");
  });
});

describe("SIGTERM", () => {
  it("GW15 sends the sockets away, finishes the requests under way, and ends with 0", async () => {
    await using server = await startServerProcess();
    await using alice = await aUser(server);
    const { channelId } = await aServer(alice);
    using gateway = await RawGateway.open(server.url, { token: await alice.token() });
    gateway.subscribe();
    await gateway.untilItem("READY");

    // The message waits for this transaction, for as long as it is wanted to be under way.
    const holder = await server.database.pool.connect();
    await holder.query("BEGIN; LOCK TABLE messages IN ACCESS EXCLUSIVE MODE");
    const sending = alice.client.api.messages.send.mutate({ channelId, content: "on its way" });
    await vi.waitUntil(async () => {
      const { rowCount } = await server.database.pool.query("SELECT FROM pg_locks WHERE NOT granted");
      return rowCount === 1;
    });

    const startedAtMs = Date.now();
    const stopping = server.stop();
    expect(await gateway.untilClosed()).toMatchObject({ code: CloseCode.goingAway });
    await holder.query("COMMIT");
    holder.release();

    expect(await sending).toMatchObject({ content: "on its way" });
    expect(await stopping).toBe(0);
    // A connection that its client keeps for a next request is not waited for.
    expect(Date.now() - startedAtMs).toBeLessThan(4_000);
    const { rows } = await server.database.pool.query("SELECT content FROM messages");
    expect(rows).toEqual([{ content: "on its way" }]);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow("fetch failed");
  });

  it("GW15 leaves the database to the next one at once", async () => {
    await using server = await startServerProcess();
    expect(await server.stop()).toBe(0);
    const startedAtMs = Date.now();
    await server.start();
    expect(Date.now() - startedAtMs).toBeLessThan(5_000);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});
