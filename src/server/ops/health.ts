/** What a load balancer and an operator ask: is it alive, and are its parts. */
import type { FastifyInstance } from "fastify";

interface Probes {
  isDatabaseConnected: () => Promise<boolean>;
  countSockets: () => number;
  countVoiceParticipants: () => number;
  /** False where the operator wants none. */
  isVoiceWanted: boolean;
  /** Why there is no voice, in a sentence; undefined when there is. */
  findVoiceProblem: () => string | undefined;
}

/** Load balancers give up after some seconds; a database that takes longer for nothing is as good as gone. */
const probeTimeoutMs = 2_000;

/** However many ask at once, the database is asked once: nobody has to sign in to ask. */
const createSharedProbe = (probe: () => Promise<boolean>): (() => Promise<boolean>) => {
  let current: Promise<boolean> | undefined;
  const start = async (): Promise<boolean> => {
    const { promise: tooLate, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), probeTimeoutMs);
    try {
      return await Promise.race([probe(), tooLate]);
    } finally {
      clearTimeout(timer);
      current = undefined;
    }
  };
  return () => (current ??= start());
};

const describeVoice = ({ isVoiceWanted, findVoiceProblem }: Probes) => {
  if (!isVoiceWanted) return { voice: "off" };
  const problem = findVoiceProblem();
  return problem === undefined ? { voice: "available" } : { voice: "unavailable", voice_problem: problem };
};

export const registerHealth = (app: FastifyInstance, probes: Probes): void => {
  const isDatabaseConnected = createSharedProbe(probes.isDatabaseConnected);
  app.get("/health", async (_request, reply) => {
    const isConnected = await isDatabaseConnected();
    const voice = describeVoice(probes);
    const working = voice.voice === "unavailable" ? "degraded" : "healthy";
    return reply
      .code(isConnected ? 200 : 503)
      .header("cache-control", "no-store")
      .send({
        status: isConnected ? working : "unhealthy",
        database: isConnected ? "connected" : "disconnected",
        websockets: probes.countSockets(),
        ...voice,
        voice_participants: probes.countVoiceParticipants(),
        uptime_seconds: Math.floor(process.uptime()),
      });
  });
};
