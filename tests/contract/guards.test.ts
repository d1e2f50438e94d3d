/** Who may call what: every procedure names its guard, and whoever is not in a place is told that it does not exist. */
import { z } from "zod";
import { appRouter } from "#server/app-router.ts";
import { aMember, aServer, aUser, type TestUser } from "#tests/support/builders.ts";
import { procedures, procedureTable, type Things } from "#tests/support/procedure-table.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { storedState } from "#tests/support/stored-state.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Everything that a caller without an account may ask for. */
const open = [
  "auth.login",
  "auth.refresh",
  "auth.register",
  "auth.resetPassword",
  "instance.info",
  "invites.preview",
];

/** Guarded by their service instead, which finds the place by itself: it is named in one of several ways. */
const guardedWithin = ["invites.revoke", "messages.search"];

const guards = ["public", "signed-in", "server", "channel", "message", "role", "admin"] as const;

const Definition = z.object({
  meta: z.strictObject({
    guard: z.enum(guards),
    permission: z.string().optional(),
  }),
});

const guardOf = (path: string): string => {
  const procedure: unknown = Reflect.get(appRouter._def.procedures, path);
  return Definition.parse(Reflect.get(Object(procedure), "_def")).meta.guard;
};

/** The field that the guard looks at. */
const placeFields: Record<string, string> = {
  server: "serverId",
  channel: "channelId",
  message: "messageId",
  role: "roleId",
};

const places = Object.values(placeFields);
const paths = Object.keys(appRouter._def.procedures);
const takesPlace = (path: string): boolean =>
  Object.keys(procedureTable[path]?.fields ?? {}).some((field) => places.includes(field));

describe("every procedure", () => {
  it.each(paths)("%s names its guard", (path) => {
    expect(guards).toContain(guardOf(path));
  });

  it("is closed to those without an account, but for these", () => {
    expect(paths.filter((path) => guardOf(path) === "public").toSorted()).toEqual(open);
  });

  it("that names a place is guarded by it, but for these", () => {
    const unguarded = procedures
      .map(({ path }) => path)
      .filter((path) => takesPlace(path) && placeFields[guardOf(path)] === undefined);
    expect(unguarded).toEqual(guardedWithin.filter(takesPlace));
  });

  it.each(paths.filter((path) => placeFields[guardOf(path)] !== undefined))(
    "%s takes the place that its guard looks at",
    (path) => {
      expect(Object.keys(procedureTable[path]?.fields ?? {})).toContain(placeFields[guardOf(path)]);
    },
  );
});

describe("who is not in a server", () => {
  let server: TestServer;
  let stranger: TestUser;
  let things: Things;

  beforeAll(async () => {
    server = await startTestServer();
    const alice = await aUser(server);
    const made = await aServer(alice);
    const bob = await aMember(server, made);
    const { api } = alice.client;
    const { serverId, channelId, everyoneId } = made;
    const { id: messageId } = await api.messages.send.mutate({ channelId, content: "a first message" });
    const { code } = await api.invites.create.mutate({ serverId });
    stranger = await aUser(server);
    const { id: roleId } = await alice.client.api.roles.create.mutate({
      serverId,
      name: "Readers",
      permissions: "1",
    });
    things = { serverId, channelId, messageId, everyoneId, roleId, memberId: bob.id, code };
    await alice[Symbol.asyncDispose]();
    await bob[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await stranger[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const closed = procedures.filter(({ path }) => takesPlace(path) || guardedWithin.includes(path));

  it.each(closed)("is told by $path that nothing is there, and changes nothing", async ({ path, type }) => {
    const before = await storedState(server.database);
    const input = procedureTable[path]?.right(things);
    const answer = await callRaw(server.url, { type, path, input, token: await stranger.token() });
    expect(answer).toEqual({ status: 404, reason: "NOT_FOUND", params: {} });
    expect(await storedState(server.database)).toBe(before);
  });

  it("finds no message by searching the server", async () => {
    const { serverId } = things;
    const call = { type: "query", path: "messages.search", input: { serverId, query: "first" } } as const;
    const answer = await callRaw(server.url, { ...call, token: await stranger.token() });
    expect(answer).toMatchObject({ reason: "NOT_FOUND" });
  });

  it("hears nothing more from the server once they have left it", async () => {
    const { code, serverId } = things;
    await stranger.client.api.invites.accept.mutate({ code });
    await stranger.client.api.servers.leave.mutate({ serverId });
    const answers = await Promise.all(
      closed.map(async ({ path, type }) => {
        const input = procedureTable[path]?.right(things);
        const { reason } = await callRaw(server.url, { type, path, input, token: await stranger.token() });
        return [path, reason];
      }),
    );
    expect(answers).toEqual(closed.map(({ path }) => [path, "NOT_FOUND"]));
  });
});
