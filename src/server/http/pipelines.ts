/**
 * Bounds what one connection has under way. Browsers and proxies wait for an answer before they ask again over it; Node
 * begins every request of a pipeline at once, and whoever reads no answers could have thousands running.
 */
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** A program that asks for a few things ahead is let. */
const maxUnanswered = 4;

/** Cuts connections that have more under way; nothing more is done for what they asked. */
export const refusePipelines = (app: FastifyInstance): void => {
  const unanswered = new WeakMap<Socket, number>();
  app.addHook("onRequest", async (request, reply): Promise<void> => {
    const { socket } = request.raw;
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > maxUnanswered) {
      // What the parser has read already still comes here, after the cut too.
      socket.destroy();
      reply.hijack();
      return;
    }
    unanswered.set(socket, count);
    reply.raw.once("close", () => {
      if (!socket.destroyed) unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1);
    });
  });
};
