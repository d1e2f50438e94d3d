/** What a load balancer and an operator ask: is it alive, and are its parts. */
import type { FastifyInstance } from "fastify";

interface Probes {
  isDatabaseConnected: () => Promise<boolean>;
  countSockets: () => number;
  countVoiceParticipants: () => number;
}

export const registerHealth = (app: FastifyInstance, probes: Probes): void => {
  app.get("/health", async (_request, reply) => {
    const isConnected = await probes.isDatabaseConnected();
    return reply
      .code(isConnected ? 200 : 503)
      .header("cache-control", "no-store")
      .send({
        status: isConnected ? "healthy" : "unhealthy",
        database: isConnected ? "connected" : "disconnected",
        websockets: probes.countSockets(),
        voice_participants: probes.countVoiceParticipants(),
        uptime_seconds: Math.floor(process.uptime()),
      });
  });
};
