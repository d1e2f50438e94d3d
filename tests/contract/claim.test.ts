/** How an instance comes by its first administrator. */
import { expect, it } from "vitest";
import { anAdmin, aUser, password } from "#tests/support/builders.ts";
import { callRaw, type RawAnswer } from "#tests/support/raw-call.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const tokenOf = ({ claimToken }: TestServer): string => {
  if (claimToken === undefined) throw new Error("the start gave no link");
  return claimToken;
};

const register = (server: TestServer, username: string, claimToken: string): Promise<RawAnswer> =>
  callRaw(server.url, { type: "mutation", path: "auth.register", input: { username, password, claimToken } });

const countUsers = async ({ database }: TestServer): Promise<number> => {
  const { rows } = await database.pool.query<{ count: number }>("select count(*)::int as count from users");
  return rows[0]?.count ?? 0;
};

it.each(["open", "invite", "closed"] as const)(
  "whoever registers by the link governs the instance, also where registration is %s",
  async (registration) => {
    await using server = await startTestServer({ registration });
    const token = tokenOf(server);
    await using alice = await aUser(server, { claimToken: token });
    const { api } = alice.client;
    expect(await api.users.me.query()).toMatchObject({ isAdmin: true });
    expect(await api.admin.overview.query()).toMatchObject({
      users: { total: 1 },
      registration: { mode: registration, isFixed: true },
    });
    // Once.
    expect(await register(server, "bob", token)).toMatchObject({ status: 412, reason: "LINK_EXPIRED" });
    expect(await countUsers(server)).toBe(1);
  },
);

it("a signed-in account uses the link, and its open pages hear of it", async () => {
  await using server = await startTestServer();
  await using alice = await aUser(server);
  await using bob = await aUser(server);
  const { api } = alice.client;
  await expect(api.admin.overview.query()).rejects.toMatchObject({
    data: { reason: "MISSING_PERMISSION", params: { permission: "INSTANCE_ADMIN" } },
  });
  await expect(api.instance.claim.mutate({ token: "x".repeat(43) })).rejects.toThrow("LINK_EXPIRED");
  const token = tokenOf(server);
  using gateway = await RawGateway.open(server.url, { token: await alice.token() });
  gateway.subscribe();
  await gateway.untilItem("READY");
  expect(await api.instance.claim.mutate({ token })).toMatchObject({ id: alice.id, isAdmin: true });
  expect(await gateway.untilItem("ME_UPDATE")).toMatchObject({ d: { id: alice.id, isAdmin: true } });
  await expect(bob.client.api.instance.claim.mutate({ token })).rejects.toThrow("LINK_EXPIRED");
  expect((await api.admin.audit.query({})).entries).toMatchObject([
    { action: "instance.claim", actor: { id: alice.id }, target: { type: "instance" } },
  ]);
});

it("of all who use the link at once one becomes the administrator, and no other account is made", async () => {
  await using server = await startTestServer();
  await using alice = await aUser(server);
  const token = tokenOf(server);
  const answers = await Promise.all([
    ...["carol", "dave", "erin"].map((name) => register(server, name, token)),
    callRaw(server.url, {
      type: "mutation",
      path: "instance.claim",
      input: { token },
      token: await alice.token(),
    }),
  ]);
  const reasons = answers.map(({ reason }) => reason ?? "in");
  expect(reasons.toSorted((a, b) => a.localeCompare(b))).toEqual([
    "in",
    "LINK_EXPIRED",
    "LINK_EXPIRED",
    "LINK_EXPIRED",
  ]);
  const { rows } = await server.database.pool.query("select 1 from users where is_admin");
  expect(rows).toHaveLength(1);
  expect(await countUsers(server)).toBe(reasons[3] === "in" ? 1 : 2);
});

it("a name that is taken leaves the link good", async () => {
  await using server = await startTestServer();
  await using alice = await aUser(server, { username: "alice" });
  const token = tokenOf(server);
  expect(await register(server, alice.username, token)).toMatchObject({ reason: "ALREADY_EXISTS" });
  expect(await register(server, "bob", token)).toMatchObject({ data: { user: { isAdmin: true } } });
});

it("each start gives another link while there is no administrator, and none afterwards", async () => {
  await using server = await startTestServer();
  const first = tokenOf(server);
  await server.restart();
  const second = tokenOf(server);
  expect(second).not.toBe(first);
  expect(await register(server, "bob", first)).toMatchObject({ reason: "LINK_EXPIRED" });
  await using _admin = await anAdmin(server);
  // Somebody came by another way: the link is worth nothing any more.
  expect(await register(server, "bob", second)).toMatchObject({ reason: "LINK_EXPIRED" });
  await server.restart();
  expect(server.claimToken).toBeUndefined();
});

it("guesses at the link are counted like guesses at a password", async () => {
  await using server = await startTestServer({
    rateLimits: {
      requestsPerMinute: 0,
      authPerMinute: 3,
      socketsPerAddress: 0,
      socketMessagesPerMinute: 0,
    },
  });
  await using alice = await aUser(server);
  const guess = (): Promise<unknown> =>
    alice.client.api.instance.claim.mutate({ token: "x".repeat(43) }).catch((error: unknown) => error);
  await guess();
  await guess();
  expect(await guess()).toMatchObject({ data: { reason: "RATE_LIMITED" } });
});
