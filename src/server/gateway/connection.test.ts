import { once } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createIdSource } from "#server/kernel/id-source.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { settleAll } from "#tests/support/stream-world.ts";
import type { GatewayItem } from "../trpc/context.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import { GatewaySocket } from "./gateway-socket.ts";
import { LiveFrames } from "./live-frames.ts";
import { Receiver } from "./receiver.ts";
import { TurnWrites } from "./turn-writes.ts";

const nothing: GatewayItem[] = [];

/** Both ends of a socket; streams begin when the test says so, and tRPC never listens by itself. */
const aConnection = async () => {
  const sockets = new WebSocketServer<typeof GatewaySocket>({
    ...{ WebSocket: GatewaySocket, autoPong: false, host: "127.0.0.1", port: 0 },
  });
  const connected = new Promise<GatewaySocket>((resolve) => {
    sockets.once("connection", resolve);
  });
  await once(sockets, "listening");
  const address = sockets.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const clock = new FakeClock();
  const ids = createIdSource(clock);
  const actor = { userId: ids.userId(), sessionId: ids.sessionId() };
  const delivery = { frames: new LiveFrames({ epoch: "e" }), maxOutstandingBytes: 1_000 };
  const begun: { goLive: () => void }[] = [];
  const host: ConnectionHost = {
    ...{ turnWrites: new TurnWrites(), counts: { messagesSent: 0, messagesReceived: 0 } },
    ...{ clock, scheduler: clock, messagesPerMinute: 0 },
    ...{ converse: vi.fn(), onFlood: vi.fn(), onEnd: vi.fn() },
    streams: {
      async *open({ link, head, signal }) {
        const { promise, resolve: goLive } = Promise.withResolvers<void>();
        begun.push({ goLive });
        await promise;
        yield* nothing;
        return signal.aborted ? undefined : new Receiver({ actor, link, head, delivery });
      },
      leave: vi.fn(),
    },
  };
  const socket = await connected;
  const options = { socket, transport: new PassThrough(), address: "192.0.2.1", requestId: "r", host };
  const connection = new Connection(options);
  return {
    begun,
    /** Its first item, or its end. */
    subscribe: (id: number) => {
      const { signal } = new AbortController();
      return { first: connection.stream({ actor, lastEventId: null, head: `{"id":${id}`, signal }).next() };
    },
    stop: (id: number) => connection.hear(Buffer.from(JSON.stringify({ id, method: "subscription.stop" }))),
    async [Symbol.asyncDispose]() {
      client.terminate();
      await once(socket, "close");
      sockets.close();
    },
  };
};

test("GW5 a stream that is stopped while it takes the place of a live one does not go live", async () => {
  await using world = await aConnection();
  world.subscribe(1);
  world.begun[0]?.goLive();
  await settleAll();
  const { first } = world.subscribe(2);
  await settleAll();
  expect(world.begun).toHaveLength(2);
  world.stop(2);
  world.begun[1]?.goLive();
  // tRPC says then that it is over.
  expect(await first).toEqual({ done: true, value: undefined });
});
