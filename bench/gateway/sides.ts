/** The three servers that are measured, each with all that it needs to bring an event to whoever has a socket open. */
import { EventEmitter, on, once } from "node:events";
import { createServer, type Server } from "node:http";
import { initTRPC, tracked } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";
import { createDatabase } from "#server/database/client.ts";
import { MemoryEventLog } from "#server/events/memory-event-log.ts";
import { registerGateway } from "#server/gateway/gateway.ts";
import { systemClock } from "#server/kernel/clock.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { systemScheduler } from "#server/kernel/scheduler.ts";
import { Presence } from "#server/presence/presence.ts";
import type { GatewayEvent } from "#shared/events.ts";
import { composeQuietServices, registerQuietly } from "#tests/support/quiet-services.ts";

export interface Side {
  port: number;
  /** Where a client opens its socket. */
  path: string;
  /** What it then sends. */
  opening: string[];
  /** The messages that it gets before anything happens. */
  leadMessages: number;
  publish: (event: GatewayEvent) => void;
}

export type SideName = keyof typeof startSide;

const listen = async (server: Server): Promise<number> => {
  await once(server.listen(0, "127.0.0.1", 2_048), "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
};

const subscription = (path: string): string =>
  JSON.stringify({ id: 1, method: "subscription", params: { path, input: {} } });

/** The server's own gateway, from the event log on; all sockets are one member's, who sees the channel. */
const startTogether = async (connectionString: string): Promise<Side> => {
  const { db } = createDatabase({ connectionString, logger: silentLogger });
  const time = { clock: systemClock, scheduler: systemScheduler };
  const events = new MemoryEventLog({ epoch: "0".repeat(32), clock: systemClock, logger: silentLogger });
  const services = composeQuietServices({ db, events, ...time });
  const server = createServer();
  registerGateway(
    { server },
    {
      ...time,
      events,
      services,
      presence: new Presence({ events, scheduler: systemScheduler }),
      attendance: { socketOpened: () => undefined, socketClosed: () => undefined },
      isAllowedOrigin: () => true,
      addressOf: () => "127.0.0.1",
      limits: { socketsPerAddress: 0, socketMessagesPerMinute: 0 },
    },
  );
  const { accessToken: token } = await registerQuietly(services, "alice");
  const principal = await services.auth.authenticate(token);
  if (principal.kind !== "user") throw new Error("nobody is signed in");
  const { id: serverId } = await services.servers.create(principal.actor, { name: "Harbour" });
  const { state } = await services.access.requireServer(principal.actor.userId, serverId);
  const channel = [...state.channels.values()].find(({ type }) => type === "text");
  if (!channel) throw new Error("there is no channel");
  const audience = { kind: "channel", serverId, channelId: channel.id } as const;
  return {
    port: await listen(server),
    path: "/gateway?connectionParams=1",
    opening: [
      JSON.stringify({ method: "connectionParams", data: { token } }),
      subscription("gateway.events"),
    ],
    // "started" and READY.
    leadMessages: 2,
    publish: (event) => events.append({ audience, event }),
  };
};

/** The least that can be done: the same bytes, made once for an event, and a loop. */
const startBareWs = async (): Promise<Side> => {
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  let sequence = 0;
  return {
    port: await listen(server),
    path: "/",
    opening: [],
    leadMessages: 0,
    publish: (data) => {
      const id = `${"0".repeat(32)}-${(sequence += 1)}`;
      const text = JSON.stringify({ id: 1, result: { type: "data", data: { id, data }, id } });
      for (const socket of sockets.clients) socket.send(text);
    },
  };
};

/** A subscription as tRPC's documentation has it. */
const startStockTrpc = async (): Promise<Side> => {
  const happenings = new EventEmitter<{ event: [GatewayEvent] }>().setMaxListeners(0);
  const { router, procedure } = initTRPC.create();
  let sequence = 0;
  const appRouter = router({
    events: procedure.subscription(async function* ({ signal }) {
      for await (const [event] of on(happenings, "event", { ...(signal && { signal }) }))
        yield tracked(`${"0".repeat(32)}-${sequence}`, event);
    }),
  });
  const server = createServer();
  const wss = new WebSocketServer({ server, perMessageDeflate: false });
  applyWSSHandler({ wss, router: appRouter });
  return {
    port: await listen(server),
    path: "/",
    opening: [subscription("events")],
    leadMessages: 1,
    publish: (event) => {
      sequence += 1;
      happenings.emit("event", event);
    },
  };
};

export const startSide = { together: startTogether, bareWs: startBareWs, stockTrpc: startStockTrpc };
