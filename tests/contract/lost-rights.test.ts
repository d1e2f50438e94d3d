/** Rights that were taken away are gone for every question and every open stream, however it is asked. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { aMember, aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

let server: TestServer;
let alice: TestUser;
let made: MadeServer;

beforeAll(async () => {
  server = await startTestServer();
  alice = await aUser(server, { username: "alice" });
  made = await aServer(alice);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

it.each(["members.list", "channels.list", "servers.get", "roles.list"])(
  "%s is over for a kicked member, also by an id in capital letters that was used before",
  async (path) => {
    const bob = await aMember(server, made);
    const token = await bob.token();
    const input = { serverId: made.serverId.toUpperCase() };
    expect(await callRaw(server.url, { type: "query", path, input, token })).toMatchObject({ status: 200 });
    await alice.client.api.members.kick.mutate({ serverId: made.serverId, userId: bob.id });
    expect(await callRaw(server.url, { type: "query", path, input, token })).toMatchObject({
      reason: "NOT_FOUND",
    });
  },
);

it("an id in capital letters names the same as the server's own spelling", async () => {
  const input = { channelId: made.channelId.toUpperCase(), content: "LOUD" };
  const answer = await callRaw(server.url, {
    type: "mutation",
    path: "messages.send",
    input,
    token: await alice.token(),
  });
  expect(answer.data).toMatchObject({ channelId: made.channelId });
});
