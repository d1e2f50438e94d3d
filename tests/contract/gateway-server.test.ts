/** What the gateway does as time goes by and when it stops: real sockets, and a clock that the test turns. */
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { GatewayServer } from "#server/gateway/gateway-server.ts";
import { CloseCode } from "#shared/close-codes.ts";
import { createPaceMaker } from "#server/kernel/pace.ts";
import type { UserId } from "#shared/ids.ts";
import { timing } from "#shared/limits.ts";
import { createTestDatabase } from "#tests/support/postgres.ts";
import { composeQuietServices, registerQuietly } from "#tests/support/quiet-services.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { StreamWorld } from "#tests/support/stream-world.ts";

const tellOf = ({ world, userId }: { world: StreamWorld; userId: UserId }, code: string): void => {
  const [serverId] = world.stored.map(({ id }) => id);
  if (!serverId) throw new Error("the world is empty");
  world.log.append({
    audience: { kind: "user", userId },
    event: { t: "INVITE_DELETE", d: { code, serverId } },
  });
};

const codesOf = ({ items }: RawGateway): unknown[] =>
  items.flatMap(({ t, d }) => (t === "INVITE_DELETE" ? [InviteDelete.parse(d).code] : []));

const InviteDelete = z.object({ code: z.string() });

interface Options {
  maxOutstandingBytes?: number;
  /** Default 0: as many as anybody likes. */
  socketsPerAddress?: number;
  delayRefusal?: () => Promise<unknown>;
}

const startGateway = async ({
  socketsPerAddress = 0,
  delayRefusal = () => Promise.resolve(),
  ...options
}: Options = {}) => {
  const database = await createTestDatabase();
  const world = new StreamWorld({ maxLogBytes: 100_000_000, ...options });
  const { clock } = world;
  const services = composeQuietServices({ db: database.db, events: world.log, clock, scheduler: clock });
  const gateway = new GatewayServer({
    services,
    streams: world.streams,
    clock,
    scheduler: clock,
    isAllowedOrigin: () => true,
    paceOf: createPaceMaker({ clock, scheduler: clock }),
    delayRefusal,
    addressOf: () => "127.0.0.1",
    limits: { socketsPerAddress, socketMessagesPerMinute: 0 },
  });
  /** Of the sockets on this side, such as a write behind their end. */
  const faults: Error[] = [];
  const http = createServer().on("upgrade", (request, transport, head) => {
    transport.on("error", (fault) => void faults.push(fault));
    void gateway.upgrade(request, transport, head);
  });
  await once(http.listen(0, "127.0.0.1"), "listening");
  const address = http.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const { user, accessToken: token } = await registerQuietly(services, "alice");
  return {
    world,
    clock,
    gateway,
    faults,
    url,
    userId: user.id,
    token,
    /** The stream of the account, begun. */
    async enter() {
      const raw = await RawGateway.open(url, { token });
      raw.subscribe();
      await vi.waitFor(
        async () => {
          await world.settleReads();
          expect(raw.items.map(({ t }) => t)).toContain("READY");
        },
        { timeout: 15_000 },
      );
      return raw;
    },
    async [Symbol.asyncDispose]() {
      const closing = gateway.close();
      clock.advance(60_000);
      await closing;
      http.close();
      await database[Symbol.asyncDispose]();
    },
  };
};

test("GW2 a socket that starts no subscription within 10 s is closed, and one whose subscription ended as well", async () => {
  await using server = await startGateway();
  using silent = await RawGateway.open(server.url);
  using streaming = await server.enter();
  using done = await server.enter();
  done.send({ id: 1, method: "subscription.stop" });
  await vi.waitFor(() => expect(done.frames.at(-1)?.result?.type).toBe("stopped"), { timeout: 15_000 });
  server.clock.advance(timing.subscribeWithinMs);
  expect(await silent.untilClosed()).toMatchObject({ code: CloseCode.idle });
  expect(await done.untilClosed()).toMatchObject({ code: CloseCode.idle });
  expect(streaming.closed).toBeUndefined();
});

test("GW3 an address opens twice as many sockets as it may have at once, and then one after the other", async () => {
  await using server = await startGateway({ socketsPerAddress: 2 });
  const open = async (): Promise<void> => {
    using raw = await RawGateway.open(server.url);
    raw.socket.close();
    await raw.untilClosed();
    await vi.waitFor(() => expect(server.gateway.connectionCount()).toBe(0));
  };
  for (let opened = 0; opened < 4; opened += 1) await open();
  const before = server.clock.pendingCount;
  const fifth = open();
  await vi.waitFor(() => expect(server.clock.pendingCount).toBe(before + 1));
  const { port } = new URL(server.url);
  const given = connect({ port: Number(port), host: "127.0.0.1" });
  const head = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
  const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  given.write(["GET /gateway HTTP/1.1", "Host: localhost", ...head, key, "", ""].join("\r\n"));
  await vi.waitFor(() => expect(server.clock.pendingCount).toBe(before + 2));
  given.resetAndDestroy();
  await once(given, "close");
  expect(server.gateway.connectionCount()).toBe(0);
  // Twelve a minute.
  server.clock.advance(5_000);
  await fifth;
  server.clock.advance(5_000);
  await setImmediate();
  expect(server.gateway.connectionCount()).toBe(0);
});

test("GW3 an upgrade is refused when whoever is refused often has waited for it", async () => {
  const waited = Promise.withResolvers<void>();
  await using server = await startGateway({ delayRefusal: () => waited.promise });
  let isRefused = false;
  const elsewhere = RawGateway.open(`${server.url}/elsewhere`).catch((error: unknown) => {
    isRefused = true;
    throw error;
  });
  const refused = expect(elsewhere).rejects.toThrow("404");
  using other = await RawGateway.open(server.url);
  expect(isRefused).toBe(false);
  waited.resolve();
  await refused;
  expect(other.closed).toBeUndefined();
});

test("GW4 a socket that is silent for 60 s is cut, one that answers pings is not", async () => {
  await using server = await startGateway();
  using alive = await server.enter();
  using dead = await RawGateway.open(server.url, { token: server.token, autoPong: false });
  dead.subscribe();
  await vi.waitFor(
    async () => {
      await server.world.settleReads();
      expect(dead.items).toHaveLength(1);
    },
    { timeout: 15_000 },
  );
  for (let beat = 0; beat < 2; beat++) {
    const pinged = Promise.all([
      once(alive.socket, "ping"),
      beat === 0 ? once(dead.socket, "ping") : undefined,
    ]);
    server.clock.advance(timing.heartbeatMs);
    await pinged;
    // Its pong is on the way before this.
    alive.send("PING");
    await once(alive.socket, "message");
  }
  expect(await dead.untilClosed()).toMatchObject({ code: 1006 });
  expect(alive.closed).toBeUndefined();
});

test("GW4 a client's own ping is answered with what it says", async () => {
  await using server = await startGateway();
  using streaming = await server.enter();
  streaming.socket.ping("are you there?");
  expect(await once(streaming.socket, "pong")).toEqual([Buffer.from("are you there?")]);
});

test("GW11 a socket whose reader has stopped is closed and, as it does not answer, cut; the others go on", async () => {
  await using server = await startGateway({ maxOutstandingBytes: 64 * 1024 });
  using slow = await server.enter();
  using quick = await server.enter();
  slow.socket.pause();
  let count = 0;
  // Until what lies in both ends of the loopback is full, and then what may wait here.
  while (server.gateway.connectionCount() > 1 && count < 5_000) {
    tellOf(server, "x".repeat(20_000));
    count++;
    await vi.waitFor(() => expect(codesOf(quick)).toHaveLength(count), { interval: 1, timeout: 5_000 });
    server.clock.advance(10);
  }
  expect(server.gateway.connectionCount()).toBe(1);
  expect(quick.closed).toBeUndefined();
});

test("GW10 GW11 a reader that stops for a while gets everything in order, and is not closed", async () => {
  await using server = await startGateway();
  using slow = await server.enter();
  slow.socket.pause();
  const codes = Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(20_000, "."));
  for (const code of codes) tellOf(server, code);
  slow.socket.resume();
  await vi.waitFor(() => expect(codesOf(slow)).toEqual(codes), { timeout: 15_000 });
  expect(slow.closed).toBeUndefined();
});

test("GW10 a subscription that was stopped brings nothing after it says so", async () => {
  await using server = await startGateway();
  using stopped = await server.enter();
  using other = await server.enter();
  tellOf(server, "before");
  stopped.send({ id: 1, method: "subscription.stop" });
  await vi.waitFor(() => expect(stopped.frames.at(-1)?.result?.type).toBe("stopped"), { timeout: 15_000 });
  expect(codesOf(stopped)).toEqual(["before"]);
  tellOf(server, "after");
  await vi.waitFor(() => expect(codesOf(other)).toEqual(["before", "after"]), { timeout: 15_000 });
  stopped.send("PING");
  await once(stopped.socket, "message");
  expect(stopped.frames.at(-1)?.result?.type).toBe("stopped");
});

test("GW1 GW5 a socket whose stream is live is answered as before: keep-alive, refusals, a stop and a new stream in one", async () => {
  await using server = await startGateway();
  using raw = await server.enter();
  const answersTo = (id: number | string) =>
    raw.frames
      .filter((frame) => frame.id === id)
      .map(({ result, error }) => result?.type ?? error?.data.reason);
  raw.send("PING");
  const [pong] = z.tuple([z.instanceof(Buffer), z.boolean()]).parse(await once(raw.socket, "message"));
  expect(pong.toString()).toBe("PONG");
  raw.send({ id: "asks", method: "query", params: { path: "users.me" } });
  await vi.waitFor(() => expect(answersTo("asks")).toEqual(["NOT_FOUND"]), { timeout: 15_000 });
  tellOf(server, "before");
  const params = { path: "gateway.events", input: {} };
  raw.send([
    { id: 1, method: "subscription.stop" },
    { id: "again", method: "subscription", params },
  ]);
  await vi.waitFor(
    async () => {
      await server.world.settleReads();
      expect(answersTo("again")).toEqual(["started", "data"]);
    },
    { timeout: 15_000 },
  );
  expect(answersTo(1)).toEqual(["started", "data", "data", "stopped"]);
  tellOf(server, "after");
  await vi.waitFor(() => expect(answersTo("again")).toHaveLength(3), { timeout: 15_000 });
  expect(codesOf(raw)).toEqual(["before", "after"]);
  expect(raw.closed).toBeUndefined();
});

test("GW5 a new stream in the place of one that is live says that the old one has stopped, and later ends with its socket", async () => {
  await using server = await startGateway();
  using raw = await server.enter();
  raw.send({ id: 2, method: "subscription", params: { path: "gateway.events", input: {} } });
  await vi.waitFor(
    async () => {
      await server.world.settleReads();
      expect(raw.items.filter(({ t }) => t === "READY")).toHaveLength(2);
    },
    { timeout: 15_000 },
  );
  expect(raw.frames.filter(({ id }) => id === 1).map(({ result }) => result?.type)).toEqual([
    "started",
    "data",
    "stopped",
  ]);
  tellOf(server, "once");
  await vi.waitFor(() => expect(codesOf(raw)).toEqual(["once"]), { timeout: 15_000 });
  raw.socket.terminate();
  await vi.waitFor(() => expect(server.gateway.connectionCount()).toBe(0), { timeout: 15_000 });
  expect(server.faults).toEqual([]);
});

test("GW10 an id that would make every frame a long one is refused", async () => {
  await using server = await startGateway();
  using raw = await server.enter();
  const params = { path: "gateway.events", input: {} };
  raw.send({ id: "x".repeat(60_000), method: "subscription", params });
  expect(await raw.untilRefused()).toBe("INVALID_INPUT");
  tellOf(server, "still");
  await vi.waitFor(() => expect(codesOf(raw)).toEqual(["still"]), { timeout: 15_000 });
  expect(raw.closed).toBeUndefined();
});

test("GW10 to a socket that says goodbye nothing more is written, and it hears the answer to it", async () => {
  await using server = await startGateway();
  using leaving = await server.enter();
  leaving.socket.close(1000);
  // All the time until it is gone, also between its close frame and its end.
  while (server.gateway.connectionCount() > 0) {
    tellOf(server, "x");
    await setImmediate();
  }
  expect(await leaving.untilClosed()).toMatchObject({ code: 1000 });
  expect(server.faults).toEqual([]);
});

test("GW15 a stopping gateway sends its clients away one after the other, and takes nobody in", async () => {
  await using server = await startGateway();
  const sockets = await Promise.all(Array.from({ length: 4 }, () => RawGateway.open(server.url)));
  const closing = server.gateway.close();
  await expect(RawGateway.open(server.url)).rejects.toThrow("503");
  server.clock.advance(1);
  expect(await sockets[0]?.untilClosed()).toMatchObject({ code: CloseCode.goingAway });
  expect(sockets.slice(1).map(({ closed }) => closed)).toEqual([undefined, undefined, undefined]);
  server.clock.advance(2_000);
  for (const socket of sockets)
    expect(await socket.untilClosed()).toMatchObject({ code: CloseCode.goingAway });
  await closing;
  expect(server.gateway.connectionCount()).toBe(0);
});
