/** Rights that were taken away are gone for every question and every open stream, however it is asked. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { aMember, aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
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

describe("an open stream", () => {
  const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

  /** Bob, who listens, and another server that he shares with Alice. */
  const aListener = async () => {
    const bob = await aMember(server, made);
    const shared = await aServer(alice);
    const { code } = await alice.client.api.invites.create.mutate({ serverId: shared.serverId });
    await bob.client.api.invites.accept.mutate({ code });
    const gateway = await RawGateway.open(server.url, { token: await bob.token() });
    gateway.subscribe();
    await gateway.untilItem("READY");
    return { bob, shared, gateway };
  };

  const say = (channelId: typeof made.channelId, content: string) =>
    alice.client.api.messages.send.mutate({ channelId, content });

  const heardBy = (gateway: RawGateway) => gateway.items.map(({ t, d }) => JSON.stringify({ t, d }));

  /** Waits until the stream has told of it; at most a second. */
  const hears = (gateway: RawGateway, text: string) =>
    vi.waitFor(() => expect(heardBy(gateway).some((item) => item.includes(text))).toBe(true), {
      timeout: 1_000,
      interval: 10,
    });

  it.each(["kick", "ban"] as const)(
    "hears of a %s within a second, and nothing of the server after it",
    async (act) => {
      const { bob, shared, gateway } = await aListener();
      using stream = gateway;
      await say(made.channelId, `before the ${act}`);
      await alice.client.api.members[act].mutate({ serverId: made.serverId, userId: bob.id });
      await hears(stream, "SERVER_DELETE");
      const { length } = heardBy(stream);
      await say(made.channelId, `after the ${act}`);
      await alice.client.api.channels.create.mutate({ serverId: made.serverId, name: "new", type: "text" });
      // What was said later has come: what was said before would have come too.
      await say(shared.channelId, "the fence");
      await hears(stream, "the fence");
      expect(heardBy(stream).slice(length)).toEqual([expect.stringContaining("the fence")]);
      expect(heardBy(stream).some((item) => item.includes(`before the ${act}`))).toBe(true);
      const input = { channelId: made.channelId, content: "still here?" };
      expect(
        await callRaw(server.url, {
          type: "mutation",
          path: "messages.send",
          input,
          token: await bob.token(),
        }),
      ).toMatchObject({ reason: "NOT_FOUND" });
    },
  );

  it("of a member who is timed out goes on, while their own calls are refused at once", async () => {
    const { bob, gateway } = await aListener();
    using stream = gateway;
    const until = inAnHour();
    await alice.client.api.members.timeout.mutate({ serverId: made.serverId, userId: bob.id, until });
    await hears(stream, "MEMBER_UPDATE");
    const token = await bob.token();
    const ask = (path: string, input: Record<string, unknown>, type: "query" | "mutation" = "mutation") =>
      callRaw(server.url, { type, path, input, token });
    const { id: messageId } = await say(made.channelId, "while Bob is timed out");
    await hears(stream, "while Bob is timed out");
    const { channelId, serverId } = made;
    for (const [path, input] of [
      ["messages.send", { channelId, content: "let me" }],
      ["typing.start", { channelId }],
      ["invites.create", { serverId }],
      ["members.setNickname", { serverId, userId: bob.id, nickname: "Bobby" }],
      ["voice.join", { channelId: made.voiceChannelId, rtpCapabilities: {} }],
    ] as const)
      expect(await ask(path, input), path).toMatchObject({ reason: "TIMED_OUT" });
    expect(await ask("messages.list", { channelId }, "query")).toMatchObject({ status: 200 });
    expect(await ask("reads.ack", { channelId, messageId })).toMatchObject({ status: 200 });
    expect(await ask("servers.leave", { serverId })).toMatchObject({ status: 200 });
  });
});
