/** Whatever happens, in whatever order and over whatever network: in the end the cache holds what a query would answer. */
import { InfiniteQueryObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MemberPage } from "#shared/contract/members.ts";
import type { GatewayEvent } from "#shared/events.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";
import { createFakeClient, credentials, type FakeClient } from "#tests/support/fake-client.ts";
import { type FakeCall, FakeRefusal } from "#tests/support/fake-http.ts";
import { acts, type Choice } from "#tests/support/model-acts.ts";
import { ModelWorld } from "#tests/support/model-world.ts";
import { userId } from "#tests/support/wire-objects.ts";
import {
  connectQueryCache,
  isAtNewest,
  type MemberPages,
  type MessageHistory,
  messagesQuery,
} from "./index.ts";
import { keys } from "./keys.ts";
import { firstIdOf, lastIdOf } from "./message-history.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const fieldOf = (input: unknown, name: string): string | null => {
  const value: unknown = typeof input === "object" && input !== null ? Reflect.get(input, name) : undefined;
  return typeof value === "string" ? value : null;
};

const noCursor: MemberPage["nextCursor"] = null;

class Harness implements Disposable {
  readonly world: ModelWorld;
  readonly fake: FakeClient;
  readonly queryClient = new QueryClient();
  readonly cache: ReturnType<typeof connectQueryCache>;
  readonly serverId: ServerId;
  readonly channelIds: ChannelId[];
  readonly #log: { id: string; event: GatewayEvent }[] = [];
  readonly #stops: (() => void)[] = [];
  /** Answers that were computed and are still on their way. */
  readonly #held: (() => void)[] = [];
  #isHolding = false;
  #isConnected = false;
  #delivered = 0;

  constructor() {
    this.world = new ModelWorld((event) => this.#tell(event));
    this.fake = createFakeClient(this.#answers());
    this.cache = connectQueryCache({ client: this.fake.client, queryClient: this.queryClient });
    this.serverId = this.world.require([...this.world.servers.keys()][0]);
    this.channelIds = this.world.channels.map(({ id }) => id);
    this.queryClient.mount();
  }

  async begin(): Promise<void> {
    await Promise.all([this.fake.client.session.login(credentials), vi.advanceTimersByTimeAsync(10)]);
    this.fake.client.events.start();
    await vi.advanceTimersByTimeAsync(10);
    this.reconnect(false);
    for (const channelId of this.channelIds) {
      const observer = new InfiniteQueryObserver(
        this.queryClient,
        messagesQuery(this.fake.client, channelId),
      );
      this.#stops.push(observer.subscribe(() => undefined));
    }
    const { api } = this.fake.client;
    const { serverId } = this;
    const members = new InfiniteQueryObserver(this.queryClient, {
      queryKey: [...keys.allMembers().queryKey, { input: { serverId }, type: "infinite" }],
      queryFn: ({ pageParam }) =>
        api.members.list.query({ serverId, ...(pageParam ? { cursor: pageParam } : {}) }),
      initialPageParam: noCursor,
      getNextPageParam: (last) => last.nextCursor,
    });
    const user = new QueryObserver(this.queryClient, {
      queryKey: keys.user(userId(3)).queryKey,
      queryFn: () => api.users.get.query({ userId: userId(3) }),
    });
    this.#stops.push(
      members.subscribe(() => undefined),
      user.subscribe(() => undefined),
    );
    await vi.advanceTimersByTimeAsync(10);
  }

  async step([name, choice]: [string, Choice]): Promise<void> {
    acts[name]?.(this.world, choice);
    if (name === "cut" && this.#isConnected) {
      this.#isConnected = false;
      this.fake.gateway.last.drop();
    } else if (name === "resume" || name === "resync") await this.#comeBack(name === "resume");
    else if (name === "hold") this.#isHolding = true;
    else if (name === "release") this.#release();
    else this.#scroll(name, choice);
    if (choice.b % 2 === 0) await vi.advanceTimersByTimeAsync(3);
  }

  async end(): Promise<void> {
    this.#release();
    if (!this.#isConnected) await this.#comeBack(false);
    for (let round = 0; round < 20; round += 1) await vi.advanceTimersByTimeAsync(500);
    expect(this.queryClient.isFetching()).toBe(0);
  }

  reconnect(isResumed: boolean): void {
    const { last } = this.fake.gateway;
    last.open();
    this.#isConnected = true;
    const id = `e-${this.#log.length}`;
    if (isResumed) {
      last.item(`e-${this.#delivered}`, { t: "RESUMED", d: {} });
      for (const missed of this.#log.slice(this.#delivered)) last.item(missed.id, missed.event);
    } else {
      last.item(id, { t: "RESYNC", d: {} });
      last.item(id, { t: "READY", d: structuredClone(this.world.ready) });
    }
    this.#delivered = this.#log.length;
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
    this.cache.close();
    this.queryClient.unmount();
    this.queryClient.clear();
    this.fake.client.close();
  }

  #isVisible(channelId: string | null): boolean {
    return this.world.channels.some(({ id }) => id === channelId && !this.world.hidden.has(id));
  }

  async #comeBack(isResumed: boolean): Promise<void> {
    if (this.#isConnected) return;
    this.fake.environment.wake("online");
    await vi.advanceTimersByTimeAsync(300);
    this.reconnect(isResumed);
  }

  #tell(event: GatewayEvent): void {
    const id = `e-${this.#log.length + 1}`;
    this.#log.push({ id, event });
    if (!this.#isConnected) return;
    this.fake.gateway.last.item(id, event);
    this.#delivered = this.#log.length;
  }

  #release(): void {
    this.#isHolding = false;
    for (const release of this.#held.splice(0)) release();
  }

  /** A screen asks for what it shows, and it shows what is loaded. */
  #scroll(name: string, { a, b }: Choice): void {
    const shown = this.channelIds.filter(
      (id) => this.#isVisible(id) && this.queryClient.getQueryData(keys.messages(id).queryKey),
    );
    const channelId = shown[a % shown.length];
    if (!channelId) return;
    const message = this.world.messagesOf(channelId)[b % 5];
    if (name === "older") void this.#fetchOlder(channelId);
    else if (name === "newest") void this.cache.showNewest(channelId);
    else if (name === "around" && message) void this.cache.showAround(channelId, message.id);
  }

  async #fetchOlder(channelId: ChannelId): Promise<void> {
    const observer = new InfiniteQueryObserver(this.queryClient, messagesQuery(this.fake.client, channelId));
    await observer.fetchPreviousPage().catch(() => undefined);
  }

  /** The state as it is when the question comes; the answer may be long on its way. */
  #hold<T>(answer: (call: FakeCall) => T): (call: FakeCall) => Promise<T> {
    return async (call) => {
      const value = structuredClone(answer(call));
      if (!this.#isHolding) return value;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#held.push(resolve);
      await promise;
      return value;
    };
  }

  #answers(): Record<string, (call: FakeCall) => unknown> {
    const { world } = this;
    const serverOf = (input: unknown) => {
      const found = [...world.servers.keys()].find((id) => id === fieldOf(input, "serverId"));
      if (!found) throw new FakeRefusal({ reason: "NOT_FOUND", params: {} });
      return found;
    };
    return {
      "messages.list": this.#hold(({ input }) => {
        if (!this.#isVisible(fieldOf(input, "channelId")))
          throw new FakeRefusal({ reason: "NOT_FOUND", params: {} });
        return world.pageOf(input);
      }),
      "members.list": this.#hold(({ input }) => world.membersPage(serverOf(input), fieldOf(input, "cursor"))),
      "channels.list": this.#hold(({ input }) => world.channelsOf(serverOf(input))),
      "voice.states": this.#hold(({ input }) => world.voiceStatesOf(serverOf(input))),
      "users.get": this.#hold(() => world.userOf(userId(3))),
    };
  }
}

const expectSameState = ({ queryClient, world, serverId, channelIds }: Harness): void => {
  const read = <T>(key: { queryKey: readonly unknown[]; dataType?: T }) =>
    queryClient.getQueryData<T>(key.queryKey);
  expect(read(keys.servers())).toEqual(world.presentServers);
  expect(read(keys.me())).toEqual(world.presentMe);
  expect(read(keys.user(userId(3)))).toEqual(world.userOf(userId(3)));
  expect(read(keys.reads())?.toSorted((a, b) => (a.channelId < b.channelId ? -1 : 1))).toEqual(
    world.visibleReads.toSorted((a, b) => (a.channelId < b.channelId ? -1 : 1)),
  );
  for (const { id } of world.presentServers) {
    expect(read(keys.server(id))).toEqual(world.servers.get(id)?.server);
    expect(read(keys.roles(id))).toEqual(world.rolesOf(id));
    expect(read(keys.channels(id))).toEqual(world.channelsOf(id));
    expect(read(keys.voiceStates(id))).toEqual(world.voiceStatesOf(id));
    expect(read(keys.ownMember(id))).toEqual(world.presentMember(id, world.me));
    expect(read(keys.memberCount(id))).toBe(world.allMembersOf(id).length);
  }
  for (const { id, status } of world.peers()) expect(read(keys.presences())?.[id] ?? "offline").toBe(status);
  if (world.servers.has(serverId)) expectSameMembers({ queryClient, world, serverId });
  for (const channelId of channelIds) expectSameHistory({ queryClient, world, channelId });
};

const expectSameMembers = ({
  queryClient,
  world,
  serverId,
}: Pick<Harness, "queryClient" | "world" | "serverId">): void => {
  const [[, data] = []] = queryClient.getQueriesData<MemberPages>({ queryKey: keys.allMembers().queryKey });
  const pages = data?.pages ?? [];
  const end = pages.at(-1)?.nextCursor ?? null;
  const loaded = world.allMembersOf(serverId).filter(({ user }) => end === null || user.id <= end);
  expect(pages.flatMap(({ members }) => members)).toEqual(loaded);
};

const expectSameHistory = ({
  queryClient,
  world,
  channelId,
}: Pick<Harness, "queryClient" | "world"> & { channelId: ChannelId }): void => {
  const history = queryClient.getQueryData<MessageHistory>(keys.messages(channelId).queryKey);
  if (!history) return;
  const first = history.pages[0]?.hasMoreBefore === true ? firstIdOf(history) : undefined;
  const last = isAtNewest(history) ? undefined : lastIdOf(history);
  const expected = world
    .messagesOf(channelId)
    .filter(({ id }) => (!first || id >= first) && (!last || id <= last));
  expect(history.pages.flatMap(({ messages }) => messages)).toEqual(expected);
};

const network = ["cut", "resume", "resync", "hold", "release", "older", "newest", "around"];
const anAct = fc.tuple(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...Object.keys(acts)) },
    { weight: 2, arbitrary: fc.constantFrom(...network, "send", "delete") },
  ),
  fc.record({ a: fc.nat(60), b: fc.nat(60) }),
);

test(
  "the cache converges to what queries answer, over cuts, resumes, resyncs and answers that come late",
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anAct, { maxLength: 40, size: "max" }), async (script) => {
        using harness = new Harness();
        await harness.begin();
        for (const act of script) await harness.step(act);
        await harness.end();
        expectSameState(harness);
      }),
      { numRuns: 150 },
    );
  },
);
