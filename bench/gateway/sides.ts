/** The three servers that are measured, each with all that it needs to bring an event to whoever has a socket open. */
import { EventEmitter, on } from "node:events";
import { createServer } from "node:http";
import { initTRPC, tracked } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";
import type { GatewayEvent } from "#shared/events.ts";
import { type Side, listen } from "./side.ts";
import { subscription } from "./subscription.ts";
import { startTogether } from "./together-side.ts";

export type SideName = keyof typeof startSide;

/** The least that can be done: the same bytes, made once for an event, and a loop. */
const startBareWs = async (): Promise<Side> => {
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  let sequence = 0;
  return {
    port: await listen(server),
    path: "/",
    openings: [[]],
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
    openings: [[subscription("events")]],
    leadMessages: 1,
    publish: (event) => {
      sequence += 1;
      happenings.emit("event", event);
    },
  };
};

export const startSide = { together: startTogether, bareWs: startBareWs, stockTrpc: startStockTrpc };
