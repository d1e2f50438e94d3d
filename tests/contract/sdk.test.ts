/** The library against a real server: what it promises about tokens, cut networks, restarts and unsent messages. */
import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { afterAll, beforeAll, expect, expectTypeOf, test, vi } from "vitest";
import type { Channel } from "#shared/contract/channels.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { GatewayEvent } from "#shared/events.ts";
import { type PermissionName, permissionBits } from "#shared/permissions.ts";
import {
  createTogetherClient,
  createOutbox,
  reasonOf,
  type TogetherClient,
  type TogetherClientOptions,
} from "#sdk/index.ts";
import { connectQueryCache, messagesQuery } from "#sdk/query-cache/index.ts";
import { keys } from "#sdk/query-cache/keys.ts";
import {
  aMember,
  aServer,
  aUser,
  type MadeServer,
  password,
  type TestUser,
} from "#tests/support/builders.ts";
import { createCuttableNetwork } from "#tests/support/cuttable-network.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

let server: TestServer;
let alice: TestUser;
let harbour: MadeServer;

beforeAll(async () => {
  server = await startTestServer();
  alice = await aUser(server);
  harbour = await aServer(alice);
});
afterAll(async () => {
  await alice[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const say = (content: string) =>
  alice.client.api.messages.send.mutate({ channelId: harbour.channelId, content });

const untilLive = (client: TogetherClient) =>
  vi.waitFor(() => expect(client.events.connection.get().kind).toBe("live"), { timeout: 10_000 });

/** A member whose client remembers every event. */
const aListener = async (options: Partial<TogetherClientOptions> = {}) => {
  const user = await aMember(server, harbour, options);
  const events: GatewayEvent[] = [];
  user.client.events.onAny((event) => void events.push(event));
  user.client.events.start();
  await untilLive(user.client);
  const contents = () => events.flatMap((event) => (event.t === "MESSAGE_CREATE" ? [event.d.content] : []));
  return { ...user, events, contents };
};

test("calls are typed from one end to the other", async () => {
  expectTypeOf(alice.client.api.messages.send.mutate).returns.resolves.toEqualTypeOf<Message>();
  expectTypeOf(alice.client.api.channels.list.query).returns.resolves.toEqualTypeOf<Channel[]>();
  expect(await say("typed")).toMatchObject({ content: "typed", author: { id: alice.id } });
});

test("a refusal carries its reason and parameters", async () => {
  await using bob = await aMember(server, harbour);
  const error: unknown = await bob.client.api.servers.update
    .mutate({ serverId: harbour.serverId, name: "Mine" })
    .catch((cause: unknown) => cause);
  expect(reasonOf(error)).toMatchObject({
    reason: "MISSING_PERMISSION",
    params: { permission: "MANAGE_SERVER" },
  });
  const elsewhere = createTogetherClient({ url: "http://127.0.0.1:9" });
  const unreachable: unknown = await elsewhere.session
    .login({ username: "a", password })
    .catch((cause: unknown) => cause);
  elsewhere.close();
  expect(reasonOf(unreachable)).toEqual({ reason: "NETWORK" });
});

test("one refresh answers many calls whose token the server refuses", async () => {
  let isSpoiling = false;
  let refreshes = 0;
  const spoiling: NonNullable<TogetherClientOptions["fetch"]> = (url, init) => {
    if (url.includes("auth.refresh")) refreshes += 1;
    // A token made within the same second is the same token: it is refused until it was refreshed.
    const headers =
      isSpoiling && refreshes === 0 ? { ...init.headers, authorization: "Bearer spoilt" } : init.headers;
    return fetch(url, { ...init, headers });
  };
  await using bob = await aMember(server, harbour, { fetch: spoiling });
  isSpoiling = true;
  const { channelId, serverId } = harbour;
  const { api } = bob.client;
  const [me, channels, sent] = await Promise.all([
    api.users.me.query(),
    api.channels.list.query({ serverId }),
    api.messages.send.mutate({ channelId, content: "after the refresh" }),
  ]);
  expect(me.id).toBe(bob.id);
  expect(channels.map(({ id }) => id)).toContain(channelId);
  expect(sent.content).toBe("after the refresh");
  expect(refreshes).toBe(1);
});

test("a session is restored from a kept refresh token, and its end is told from a lost network", async () => {
  let kept: string | null = null;
  const onRefreshToken = (token: string | null) => (kept = token);
  const bob = await aUser(server, { onRefreshToken });
  bob.client.close();
  const again = createTogetherClient({ url: server.url, refreshToken: kept ?? "", onRefreshToken });
  expect(await again.session.restore()).toMatchObject({ kind: "signed-in", user: { id: bob.id } });
  await again.session.logout();
  again.close();
  expect(kept).toBeNull();
  const stale = createTogetherClient({ url: server.url, refreshToken: "no such token" });
  expect(await stale.session.restore()).toEqual({ kind: "signed-out", cause: "none" });
  stale.close();
});

test("GW6 a client whose network was cut sees everything that was said meanwhile, once and in order", async () => {
  await using network = await createCuttableNetwork(Number(new URL(server.url).port));
  await using bob = await aListener();
  const behind = createTogetherClient({ url: network.url });
  await behind.session.login({ username: bob.username, password });
  const heard: string[] = [];
  const begun: string[] = [];
  behind.events.onAny((event) => {
    if (event.t === "MESSAGE_CREATE") heard.push(event.d.content);
    else if (event.t === "READY" || event.t === "RESYNC" || event.t === "RESUMED") begun.push(event.t);
  });
  behind.events.start();
  await untilLive(behind);
  const words = Array.from({ length: 35 }, (_, index) => `word ${index}`);
  for (const word of words.slice(0, 5)) await say(word);
  await vi.waitFor(() => expect(heard).toHaveLength(5), { timeout: 15_000 });
  network.cut();
  for (const word of words.slice(5)) await say(word);
  await vi.waitFor(() => expect(bob.contents()).toEqual(words), { timeout: 15_000 });
  expect(heard).toHaveLength(5);
  network.mend();
  await vi.waitFor(() => expect(heard).toEqual(words), { timeout: 10_000 });
  expect(begun).toEqual(["READY", "RESUMED"]);
  behind.close();
});

test("GW14 a session that is revoked ends the client's stream and signs it out", async () => {
  await using bob = await aListener();
  const elsewhere = createTogetherClient({ url: server.url });
  await elsewhere.session.login({ username: bob.username, password });
  await elsewhere.session.logoutAll();
  elsewhere.close();
  await vi.waitFor(
    () => expect(bob.client.session.state.get()).toEqual({ kind: "signed-out", cause: "ended" }),
    {
      timeout: 5_000,
    },
  );
  expect(bob.client.events.connection.get().kind).toBe("idle");
});

test("messages written without a network go out when it is back, once and in order", async () => {
  await using network = await createCuttableNetwork(Number(new URL(server.url).port));
  await using bob = await aListener();
  const behind = createTogetherClient({ url: network.url });
  await behind.session.login({ username: bob.username, password });
  behind.events.start();
  await untilLive(behind);
  const outbox = createOutbox({ client: behind });
  const words = Array.from({ length: 8 }, (_, index) => `unsent ${index}`);
  network.cut();
  for (const content of words) outbox.send({ channelId: harbour.channelId, content });
  await say("meanwhile");
  await vi.waitFor(() => expect(bob.contents()).toEqual(["meanwhile"]), { timeout: 15_000 });
  expect(outbox.pendingOf(harbour.channelId).map(({ content }) => content)).toEqual(words);
  network.mend();
  await vi.waitFor(() => expect(bob.contents()).toEqual(["meanwhile", ...words]), { timeout: 15_000 });
  await vi.waitFor(() => expect(outbox.pendingOf(harbour.channelId)).toEqual([]), { timeout: 15_000 });
  outbox.close();
  behind.close();
});

/** What is kept is what the server answers. */
const expectTruth = async (
  queryClient: QueryClient,
  { api }: TogetherClient,
  serverId = harbour.serverId,
) => {
  const kept = <T>(key: { queryKey: readonly unknown[]; dataType?: T }) =>
    queryClient.getQueryData<T>(key.queryKey);
  const [servers, channels, roles, me, reads] = await Promise.all([
    api.servers.list.query(),
    api.channels.list.query({ serverId }),
    api.roles.list.query({ serverId }),
    api.users.me.query(),
    api.reads.list.query(),
  ]);
  await vi.waitFor(
    () => {
      expect(kept(keys.servers())).toEqual(servers);
      expect(kept(keys.channels(serverId))).toEqual(channels);
      expect(kept(keys.roles(serverId))).toEqual(roles);
      expect(kept(keys.me())).toEqual(me);
      expect(new Set(kept(keys.reads()))).toEqual(new Set(reads));
    },
    { timeout: 15_000 },
  );
};

test("the query cache holds what the server answers, after all kinds of changes", async () => {
  await using bob = await aListener();
  const queryClient = new QueryClient();
  const cache = connectQueryCache({ client: bob.client, queryClient });
  const { channelId, serverId } = harbour;
  const history = new InfiniteQueryObserver(queryClient, messagesQuery(bob.client, channelId));
  const stop = history.subscribe(() => undefined);
  bob.client.events.stop();
  bob.client.events.start();
  await untilLive(bob.client);
  const { api } = alice.client;
  const first = await say(`hello <@${bob.id}>`);
  const second = await api.messages.send.mutate({ channelId, content: "a reply", replyTo: first.id });
  await api.messages.edit.mutate({ messageId: second.id, content: "an edited reply" });
  const third = await say("soon gone");
  await api.messages.delete.mutate({ messageId: third.id });
  const channel = await api.channels.create.mutate({ serverId, name: "quay", type: "text" });
  await api.channels.update.mutate({ channelId: channel.id, name: "pier", topic: "ships" });
  await api.channels.setOverride.mutate({
    channelId,
    target: { type: "role", id: harbour.everyoneId },
    allow: "0",
    deny: "2",
  });
  await bob.client.api.reads.ack.mutate({ channelId, messageId: first.id });
  await bob.client.api.users.update.mutate({ displayName: "Bob the sailor" });
  await api.servers.update.mutate({ serverId, name: "New harbour" });
  await expectTruth(queryClient, bob.client);
  const newest = await bob.client.api.messages.list.query({ channelId });
  await vi.waitFor(
    () =>
      expect(
        history
          .getCurrentResult()
          .data?.pages.flatMap(({ messages }) => messages)
          .slice(-newest.messages.length),
      ).toEqual(newest.messages),
    { timeout: 15_000 },
  );
  await api.channels.removeOverride.mutate({ channelId, target: { type: "role", id: harbour.everyoneId } });
  await api.channels.delete.mutate({ channelId: channel.id });
  await expectTruth(queryClient, bob.client);
  stop();
  cache.close();
});

test("the query cache holds what the server answers, when categories hand their overrides down", async () => {
  await using bob = await aListener();
  const queryClient = new QueryClient();
  const cache = connectQueryCache({ client: bob.client, queryClient });
  bob.client.events.stop();
  bob.client.events.start();
  await untilLive(bob.client);
  const { channels } = alice.client.api;
  const { serverId, everyoneId } = harbour;
  const deny = (...names: PermissionName[]) => ({
    target: { type: "role", id: everyoneId } as const,
    allow: "0",
    deny: permissionBits(...names).toString(),
  });
  const { id: parentId } = await channels.create.mutate({ serverId, name: "docks", type: "category" });
  const berth = { serverId, name: "berth", type: "text", parentId } as const;
  const followers = await Promise.all([channels.create.mutate(berth), channels.create.mutate(berth)]);
  const hidden = await channels.create.mutate({ ...berth, overrides: [deny("VIEW_CHANNEL")] });
  await channels.setOverride.mutate({ channelId: parentId, ...deny("SEND_MESSAGES") });
  await expectTruth(queryClient, bob.client);
  await channels.setOverride.mutate({ channelId: followers[0].id, ...deny("ATTACH_FILES") });
  await channels.followCategory.mutate({ channelId: hidden.id });
  await expectTruth(queryClient, bob.client);
  await channels.setOverride.mutate({ channelId: parentId, ...deny("VIEW_CHANNEL") });
  await expectTruth(queryClient, bob.client);
  await channels.delete.mutate({ channelId: parentId });
  await channels.removeOverride.mutate({ channelId: hidden.id, target: deny().target });
  await expectTruth(queryClient, bob.client);
  cache.close();
});

test("GW16 after the server's restart clients come back by themselves, and see what they missed", async () => {
  await using bob = await aListener();
  const queryClient = new QueryClient();
  const cache = connectQueryCache({ client: bob.client, queryClient });
  const history = new InfiniteQueryObserver(queryClient, messagesQuery(bob.client, harbour.channelId));
  const stop = history.subscribe(() => undefined);
  await say("before the restart");
  await server.restart();
  await say("after the restart");
  const shown = () =>
    history.getCurrentResult().data?.pages.flatMap(({ messages }) => messages.map(({ content }) => content));
  await vi.waitFor(() => expect(shown()?.slice(-2)).toEqual(["before the restart", "after the restart"]), {
    timeout: 15_000,
  });
  await untilLive(bob.client);
  expect(bob.events.map(({ t }) => t)).toContain("RESYNC");
  await say("and on");
  await vi.waitFor(() => expect(shown()?.at(-1)).toBe("and on"), { timeout: 15_000 });
  await expectTruth(queryClient, bob.client);
  stop();
  cache.close();
});
