/**
 * Bounds what one connection has under way. Browsers and proxies wait for an answer before they ask again over it; Node
 * begins every request of a pipeline at once, and whoever reads no answers could have thousands running.
 */
import type { Socket } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import { toNetwork } from "../kernel/network-address.ts";
import { roomFor } from "../kernel/room-for.ts";

/** An address that goes on after so many cuts within a minute gets no connection for the rest of it. */
const maxCuts = 20;
const cutsKeptMs = 60_000;
const maxCutAddresses = 10_000;

/** A program that asks for a few things ahead is let. */
const maxUnanswered = 4;

/** Cuts connections that have more under way; nothing more is done for what they asked. Till then it is done in its order. */
export const refusePipelines = (app: FastifyInstance): void => {
  const unanswered = new WeakMap<Socket, { count: number; last: Promise<void> | undefined }>();
  const cuts = new LRUCache<string, number>({
    ...roomFor(maxCutAddresses),
    ttl: cutsKeptMs,
    noUpdateTTL: true,
  });
  const cutsOf = (network: string): number => cuts.get(network) ?? 0;
  const noteCut = ({ ip, raw: { socket } }: FastifyRequest): void => {
    // A proxy's connections are not the client's.
    if (socket.remoteAddress === ip && !socket.destroyed) cuts.set(toNetwork(ip), cutsOf(toNetwork(ip)) + 1);
  };
  app.server.on("connection", (socket: Socket) => {
    if (cuts.size > 0 && cutsOf(toNetwork(socket.remoteAddress ?? "")) >= maxCuts) socket.destroy();
  });
  app.addHook("onRequest", async (request, reply): Promise<void> => {
    const { socket } = request.raw;
    const asked = unanswered.get(socket) ?? { count: 0, last: undefined };
    if (asked.count >= maxUnanswered) {
      // What the parser has read already still comes here, after the cut too.
      noteCut(request);
      socket.destroy();
      reply.hijack();
      return;
    }
    const before = asked.count > 0 ? asked.last : undefined;
    const answered = Promise.withResolvers<void>();
    asked.count += 1;
    asked.last = answered.promise;
    unanswered.set(socket, asked);
    reply.raw.once("close", () => {
      asked.count -= 1;
      answered.resolve();
    });
    await before;
    if (socket.destroyed) reply.hijack();
  });
};
