/** The gateway's parts put together, from the event log to the sockets, with one beginning and one end. */
import type { FastifyInstance } from "fastify";
import type { EventLog } from "../events/event-log.ts";
import type { Presence } from "../presence/presence.ts";
import { type Attendance, Dispatcher } from "./dispatcher.ts";
import { EventStreams } from "./event-streams.ts";
import type { GatewayCounts } from "./gateway-counts.ts";
import { GatewayServer, type GatewayServerOptions } from "./gateway-server.ts";

export interface Gateway {
  /** Sockets that are open. */
  connectionCount(): number;
  readonly counts: Readonly<GatewayCounts>;
  /** Takes no new sockets and asks the clients to come back, spread over some 2 s; at most 3 s. */
  close(): Promise<void>;
}

interface GatewayOptions extends Omit<GatewayServerOptions, "streams"> {
  events: EventLog;
  presence: Presence;
  attendance: Attendance;
}

/** Serves /gateway on the app's HTTP server. Close it before the app. */
export const registerGateway = (
  app: Pick<FastifyInstance, "server">,
  { events, presence, attendance, ...options }: GatewayOptions,
): Gateway => {
  const { access, users, servers, reads, logger } = options.services;
  const dispatcher = new Dispatcher({ log: events, access, presence, attendance, clock: options.clock });
  const streams = new EventStreams({
    ...{ log: events, access, users, servers, reads, dispatcher, logger },
    paceOf: options.paceOf,
    isLimited: options.limits.socketsPerAddress > 0,
  });
  const server = new GatewayServer({ ...options, streams });
  app.server.on("upgrade", (request, socket, head) => void server.upgrade(request, socket, head));
  return {
    connectionCount: () => server.connectionCount(),
    counts: server.counts,
    close: async () => {
      presence.close();
      await server.close();
      dispatcher.close();
    },
  };
};
