/** What the log says of a busy server, and what it must never say. */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createLogger } from "#server/kernel/logger.ts";
import { aMember, aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { cutDatabase } from "#tests/support/cut-database.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { type RawResponse, requestRaw } from "#tests/support/raw-request.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const Line = z.record(z.string(), z.unknown()).and(z.object({ level: z.number(), msg: z.string() }));
type Line = z.infer<typeof Line>;

const texts: string[] = [];
const logger = createLogger({
  level: "debug",
  isPretty: false,
  destination: { write: (text) => void texts.push(text) },
});
const lines = (): Line[] => texts.map((text) => Line.parse(JSON.parse(text)));
const linesOf = (msg: string): Line[] => lines().filter((line) => line.msg === msg);
const lastOf = (msg: string): Line | undefined => linesOf(msg).at(-1);

/** What docs/operations.md says that a line may have. */
const fields = new Set(
  `level time msg requestId userId sessionId serverId channelId messageId roleId voiceSessionId method endpoint status
   durationMs path reason code openMs limit address queryType statement error part port livedMs sequence version node
   applied cause namespace workerBin`.split(/\s+/),
);

/** What nobody may find there; whatever the test makes up besides is added to it. */
const secrets = ["a-very-private-word", "hidden-in-a-search", "alice-private", "wrong-password-of-alice"];
const email = "alice-private@example.org";
const password = "a-very-private-word of a password";

let server: TestServer;
let alice: TestUser;
let made: MadeServer;

const post = (
  path: string,
  input: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<RawResponse> =>
  requestRaw(`${server.url}/api/trpc/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(input),
  });

const Refused = z.object({ error: z.object({ data: z.object({ params: z.unknown() }) }) });
const SignedIn = z.object({
  result: z.object({ data: z.object({ accessToken: z.string(), refreshToken: z.string() }) }),
});

beforeAll(async () => {
  server = await startTestServer(
    {
      rateLimits: {
        requestsPerMinute: 0,
        authPerMinute: 30,
        socketsPerAddress: 2,
        socketMessagesPerMinute: 0,
      },
    },
    { logger },
  );
  alice = await aUser(server, { username: "alice" });
  made = await aServer(alice, { name: "a-very-private-word" });
  secrets.push(await alice.token());
});
afterAll(async () => {
  await alice[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const mine = async () => ({ authorization: `Bearer ${await alice.token()}` });

describe("a line", () => {
  it("of the start says which version is ready, and where", () => {
    expect(lastOf("the server is ready")).toMatchObject({ level: 30, node: process.version });
    expect(linesOf("a part has started")).toContainEqual(
      expect.objectContaining({ level: 20, part: "gateway" }),
    );
  });

  it("of a request says whose it was, and what came of it; of its call also on what", async () => {
    const { channelId } = made;
    const answer = await post("messages.send", { channelId, content: "a-very-private-word" }, await mine());
    const requestId = answer.headers["x-request-id"];
    const whose = { level: 20, requestId, userId: alice.id };
    await expect
      .poll(() => lastOf("a request was answered"))
      .toMatchObject({ ...whose, method: "POST", endpoint: "messages.send", status: 200 });
    expect(lastOf("a call was answered")).toMatchObject({ ...whose, path: "messages.send", channelId });
  });

  it("of a refused call says why", async () => {
    await post("servers.leave", { serverId: made.serverId }, await mine());
    await post("messages.send", { channelId: "a-very-private-word", content: "" }, await mine());
    const [refused, unread] = linesOf("a call was answered").slice(-2);
    expect(refused).toMatchObject({
      path: "servers.leave",
      serverId: made.serverId,
      reason: "MISSING_PERMISSION",
    });
    expect(unread).toMatchObject({ path: "messages.send", reason: "BAD_REQUEST" });
    expect(unread).not.toHaveProperty("channelId");
  });

  it("of a refused sign-in has the address, and no name", async () => {
    const headers = { "x-forwarded-for": "203.0.113.9" };
    await post("auth.login", { username: "alice", password: "wrong-password-of-alice" }, headers);
    expect(lastOf("a sign-in was refused")).toMatchObject({
      level: 40,
      address: "127.0.0.1",
      userId: alice.id,
    });
    expect(lastOf("a sign-in was refused")?.["requestId"]).toMatch(/^[\da-f-]{36}$/);
    await post("auth.login", { username: email, password: "wrong-password-of-alice" });
    expect(lastOf("a sign-in was refused")).not.toHaveProperty("userId");
  });

  it("of sign-ins that are held back has the address", async () => {
    for (let tries = 0; tries < 6; tries += 1)
      await post("auth.login", { username: "alice", password: "wrong-password-of-alice" });
    expect(lastOf("sign-ins are held back after wrong ones")).toMatchObject({
      level: 40,
      address: "127.0.0.1",
      userId: alice.id,
    });
  });

  it("of a limit says which, and who has reached it", async () => {
    for (let tries = 0; tries < 31; tries += 1)
      await post("auth.resetPassword", { token: "a-very-private-word-1", newPassword: password });
    expect(linesOf("a limit was reached")).toMatchObject([
      { level: 40, limit: "auth", address: "127.0.0.1" },
    ]);
  });

  it("of a socket has one id from its opening to its end, whose it was, and why it ended", async () => {
    {
      using gateway = await RawGateway.open(server.url, { token: await alice.token() });
      gateway.subscribe();
      await gateway.untilItem("READY");
    }
    await expect.poll(() => linesOf("a socket was closed").length).toBeGreaterThan(0);
    const opened = lastOf("a socket was opened");
    expect(opened).toMatchObject({ level: 20, userId: alice.id });
    expect(lastOf("a socket was closed")).toMatchObject({
      level: 20,
      requestId: opened?.["requestId"],
      userId: alice.id,
      reason: "closed by the other end",
    });
  });

  it("of a socket too many says so", async () => {
    const before = linesOf("a limit was reached").length;
    using _first = await RawGateway.open(server.url);
    using _second = await RawGateway.open(server.url);
    using third = await RawGateway.open(server.url);
    await expect.poll(() => third.closed?.code).toBe(4008);
    expect(linesOf("a limit was reached").slice(before)).toMatchObject([
      { limit: "sockets", address: "127.0.0.1" },
    ]);
    await expect
      .poll(() => linesOf("a socket was closed").find(({ code }) => code === 4008))
      .toMatchObject({ reason: "too many messages or connections" });
  });

  it("of what fails has the request's id, and what failed without what was said", async () => {
    const { channelId } = made;
    const { db } = server.database;
    await db.execute(sql`ALTER TABLE messages RENAME TO hidden`);
    const answer = await post("messages.send", { channelId, content: "a-very-private-word" }, await mine());
    await db.execute(sql`ALTER TABLE hidden RENAME TO messages`);
    expect(answer.status).toBe(500);
    const requestId = answer.headers["x-request-id"];
    expect(Refused.parse(JSON.parse(answer.text)).error.data.params).toEqual({ requestId });
    const failed = lastOf("a call failed");
    expect(failed).toMatchObject({
      level: 50,
      requestId,
      userId: alice.id,
      path: "messages.send",
      channelId,
    });
    expect(JSON.stringify(failed)).toContain("42P01");
    await expect
      .poll(() => lastOf("a request could not be answered"))
      .toMatchObject({ level: 50, requestId, userId: alice.id, endpoint: "messages.send", status: 500 });
  });

  it("of a lost database is nobody's request", async () => {
    const { channelId } = made;
    {
      await using _cut = await cutDatabase(server);
      await post("messages.send", { channelId, content: "a-very-private-word" }, await mine());
      await expect
        .poll(() => lastOf("a request could not be answered"))
        .toMatchObject({ level: 50, status: 503, endpoint: "messages.send" });
      await expect.poll(() => linesOf("lost an idle database connection").length).toBeGreaterThan(0);
    }
    // The connection was opened for one; by now it was everybody's.
    for (const line of linesOf("lost an idle database connection"))
      expect(line).not.toHaveProperty("requestId");
  });
});

describe("the whole log", () => {
  /** What people do all day, with words that must stay among them. */
  const beBusy = async (): Promise<void> => {
    const { api } = alice.client;
    const { channelId, serverId } = made;
    const registered = await post("auth.register", {
      username: "bob",
      password,
      email,
      displayName: "a-very-private-word",
      session: "body",
    });
    const { accessToken, refreshToken } = SignedIn.parse(JSON.parse(registered.text)).result.data;
    secrets.push(accessToken, refreshToken);
    await post("auth.refresh", { refreshToken });
    await post("auth.refresh", {}, { cookie: `together_refresh=${refreshToken}` });
    await requestRaw(`${server.url}/api/trpc/users.me`, {
      headers: { authorization: "Bearer a-very-private-word" },
    });
    await requestRaw(`${server.url}/a-very-private-word?token=${accessToken}`);
    await requestRaw(`${server.url}/api/trpc/a-very-private-word`, { method: "POST", body: "{" });
    const message = await api.messages.send.mutate({ channelId, content: "a-very-private-word" });
    await api.messages.edit.mutate({ messageId: message.id, content: "a-very-private-word, mended" });
    await api.messages.search.query({ channelId, query: "hidden-in-a-search" });
    await api.channels.create.mutate({ serverId, name: "a-very-private-word", type: "text" });
    await api.users.update.mutate({ displayName: "a-very-private-word" });
    await using carol = await aMember(server, made);
    await api.members.kick.mutate({ serverId, userId: carol.id, reason: "a-very-private-word" });
    const { code } = await api.invites.create.mutate({ serverId });
    secrets.push(code, await carol.token());
    await api.voice.capabilities.query().catch(() => undefined);
  };

  it("has no word of what was said, no password, no token, no address of mail, and no field that is not written down", async () => {
    await server.restart();
    await beBusy();
    await server.restart();
    expect(linesOf("the server has stopped")).toHaveLength(2);
    const whole = texts.join("");
    expect(texts.length).toBeGreaterThan(100);
    for (const secret of secrets) expect(whole).not.toContain(secret);
    expect(whole).not.toContain("@example");
    expect(whole).not.toContain("203.0.113");
    const unknown = lines().flatMap((line) => Object.keys(line).filter((name) => !fields.has(name)));
    expect([...new Set(unknown)]).toEqual([]);
  });
});
