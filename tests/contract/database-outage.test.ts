/** The database goes away and comes back: whoever asks meanwhile is told so at once, and nothing has to be started again. */
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  aMember,
  aServer,
  aUser,
  type MadeServer,
  password,
  type TestUser,
} from "#tests/support/builders.ts";
import { cutDatabase } from "#tests/support/cut-database.ts";
import { createCuttableNetwork } from "#tests/support/cuttable-network.ts";
import { createTestDatabase } from "#tests/support/postgres.ts";
import { callRaw, type RawAnswer } from "#tests/support/raw-call.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

/** A caller still waits this long; a pool that has lost its connections must not make them wait for a new one. */
const quicklyMs = 3_000;

/** A database that says nothing may just be slow. */
const foundOutWithinMs = 15_000;

let server: TestServer;
let alice: TestUser;
let bob: TestUser;
let made: MadeServer;

beforeAll(async () => {
  server = await startTestServer();
  alice = await aUser(server, { username: "alice" });
  made = await aServer(alice);
  bob = await aMember(server, made, { username: "bob" });
});
afterAll(async () => {
  for (const user of [alice, bob]) user.client.close();
  await server[Symbol.asyncDispose]();
});

interface Call {
  path: string;
  type: "query" | "mutation";
  input: () => Record<string, unknown>;
  isSignedOut?: true;
}

const calls: Call[] = [
  { path: "messages.send", type: "mutation", input: () => ({ channelId: made.channelId, content: "lost" }) },
  { path: "messages.list", type: "query", input: () => ({ channelId: made.channelId }) },
  { path: "servers.create", type: "mutation", input: () => ({ name: "Lost" }) },
  { path: "members.kick", type: "mutation", input: () => ({ serverId: made.serverId, userId: bob.id }) },
  { path: "reads.list", type: "query", input: () => ({}) },
  {
    path: "auth.changePassword",
    type: "mutation",
    input: () => ({ currentPassword: password, newPassword: password }),
  },
  { path: "auth.login", type: "mutation", input: () => ({ username: "alice", password }), isSignedOut: true },
  {
    path: "auth.register",
    type: "mutation",
    input: () => ({ username: "carol", password }),
    isSignedOut: true,
  },
  { path: "auth.refresh", type: "mutation", input: () => ({ refreshToken: "any" }), isSignedOut: true },
];

const ask = async ({ path, type, input, isSignedOut }: Call): Promise<RawAnswer> =>
  callRaw(server.url, { path, type, input: input(), ...(!isSignedOut && { token: await alice.token() }) });

it("is answered with UNAVAILABLE at once, ends no session and no stream, and is over when the database is back", async () => {
  const heard: string[] = [];
  const states: string[] = [];
  const ready = Promise.withResolvers<void>();
  bob.client.events.on("READY", () => ready.resolve());
  bob.client.events.on("MESSAGE_CREATE", ({ content }) => void heard.push(content));
  bob.client.events.start();
  await ready.promise;
  bob.client.events.connection.subscribe(({ kind }) => void states.push(kind));
  {
    await using _cut = await cutDatabase(server);
    const startedMs = performance.now();
    const many = Array.from({ length: 8 }, () => calls).flat();
    const answers = await Promise.all(many.map(ask));
    expect(performance.now() - startedMs).toBeLessThan(quicklyMs);
    expect(answers.map(({ status, reason }) => [status, reason])).toEqual(
      many.map(() => [503, "UNAVAILABLE"]),
    );
  }
  await expect.poll(() => alice.client.api.reads.list.query()).toEqual([]);
  const sent = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      alice.client.api.messages.send.mutate({ channelId: made.channelId, content: `back ${index}` }),
    ),
  );
  await expect.poll(() => heard.toSorted()).toEqual(sent.map(({ content }) => content).toSorted());
  expect(states).toEqual([]);
  await using carol = await aUser(server, { username: "carol" });
  expect(await carol.client.api.users.me.query()).toMatchObject({ username: "carol" });
});

it("is answered with UNAVAILABLE in seconds when the database says nothing any more, and at once from then on", async () => {
  await using database = await createTestDatabase();
  const address = new URL(database.connectionString);
  await using network = await createCuttableNetwork(Number(address.port));
  address.port = new URL(network.url).port;
  await using cuttable = await startTestServer({ databaseUrl: address.href });
  await using dave = await aUser(cuttable);
  const { channelId } = await aServer(dave);
  const token = await dave.token();
  const send = (content: string) =>
    callRaw(cuttable.url, { path: "messages.send", type: "mutation", input: { channelId, content }, token });
  network.cut();
  const startedMs = performance.now();
  const unavailable = { status: 503, reason: "UNAVAILABLE" };
  const answers = await Promise.all(Array.from({ length: 20 }, () => send("lost")));
  expect(answers).toMatchObject(answers.map(() => unavailable));
  expect(performance.now() - startedMs).toBeLessThan(foundOutWithinMs);
  const laterMs = performance.now();
  expect(await send("lost too")).toMatchObject(unavailable);
  expect(performance.now() - laterMs).toBeLessThan(1_000);
  network.mend();
  await expect.poll(() => send("back")).toMatchObject({ status: 200, data: { content: "back" } });
});

it("makes a server's members begin anew when nobody knows whether a change of it was committed", async () => {
  await using lossy = await startTestServer();
  await using erin = await aUser(lossy);
  const theirs = await aServer(erin);
  await using frank = await aMember(lossy, theirs);
  let readies = 0;
  frank.client.events.on("READY", () => void (readies += 1));
  frank.client.events.start();
  await expect.poll(() => readies).toBe(1);
  // Runs in COMMIT itself, and takes its connection away.
  await lossy.database.pool.query(
    `CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
     CREATE CONSTRAINT TRIGGER lose AFTER DELETE ON server_members DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION lose()`,
  );
  const kick = () => erin.client.api.members.kick.mutate({ serverId: theirs.serverId, userId: frank.id });
  await expect(kick()).rejects.toMatchObject({ data: { reason: "UNAVAILABLE" } });
  await expect.poll(() => readies).toBe(2);
  await lossy.database.pool.query("DROP TRIGGER lose ON server_members");
  await kick();
  await expect.poll(() => frank.client.api.servers.list.query()).toEqual([]);
});
