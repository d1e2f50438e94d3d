/**
 * What a load balancer, a supervisor and an operator ask: does the process answer (live), should it be sent work (ready),
 * and how are its parts (health). Nobody has to sign in to ask, so what is asked costs the same however often (`probe.ts`).
 */
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Clock } from "../kernel/clock.ts";
import { createProbe } from "./probe.ts";

interface Probes {
  /** Rejects, or takes too long, when the database is not there. */
  queryDatabase: () => Promise<unknown>;
  countSockets: () => number;
  countVoiceParticipants: () => number;
  /** False where the operator wants none. */
  isVoiceWanted: boolean;
  /** Why there is no voice, in a sentence; undefined when there is. */
  findVoiceProblem: () => string | undefined;
  /** Why nothing can be stored, in a sentence; undefined when it can. */
  findStorageProblem: () => Promise<string | undefined>;
  /** Whether the server is on its way out: what is on the way is answered, and nothing new should come. */
  isStopping: () => boolean;
  clock: Clock;
}

/** Load balancers give up after some seconds; a database that takes longer for nothing is as good as gone. */
const probeTimeoutMs = 1_000;
/** A disk fills in minutes rather than in seconds. */
const storageKeepMs = 10_000;
const silentStorage = "the disk of DATA_DIR does not answer";

const describe = (part: "voice" | "storage", problem: string | undefined) =>
  problem === undefined ? { [part]: "available" } : { [part]: "unavailable", [`${part}_problem`]: problem };

const answer = (reply: FastifyReply, isGood: boolean, body: Record<string, unknown>): FastifyReply =>
  reply
    .code(isGood ? 200 : 503)
    .header("cache-control", "no-store")
    .send(body);

export const registerHealth = (app: FastifyInstance, probes: Probes): void => {
  const { clock, isStopping, isVoiceWanted } = probes;
  const isDatabaseConnected = createProbe({
    ask: () => probes.queryDatabase().then(() => true),
    timeoutMs: probeTimeoutMs,
    otherwise: false,
    clock,
    keepMs: 0,
  });
  const findStorageProblem = createProbe({
    ask: probes.findStorageProblem,
    timeoutMs: probeTimeoutMs,
    otherwise: silentStorage,
    clock,
    keepMs: storageKeepMs,
  });

  app.get("/health/live", async (_request, reply) => answer(reply, true, { status: "alive" }));

  app.get("/health/ready", async (_request, reply) => {
    const isConnected = await isDatabaseConnected();
    const isReady = isConnected && !isStopping();
    return answer(reply, isReady, {
      status: isReady ? "ready" : "not ready",
      database: isConnected ? "connected" : "disconnected",
      ...(isStopping() && { stopping: true }),
    });
  });

  app.get("/health", async (_request, reply) => {
    const [isConnected, storageProblem] = await Promise.all([isDatabaseConnected(), findStorageProblem()]);
    const voiceProblem = isVoiceWanted ? probes.findVoiceProblem() : undefined;
    const isWhole = voiceProblem === undefined && storageProblem === undefined;
    const working = isWhole ? "healthy" : "degraded";
    return answer(reply, isConnected, {
      status: isConnected ? working : "unhealthy",
      database: isConnected ? "connected" : "disconnected",
      websockets: probes.countSockets(),
      ...(isVoiceWanted ? describe("voice", voiceProblem) : { voice: "off" }),
      voice_participants: probes.countVoiceParticipants(),
      ...describe("storage", storageProblem),
      uptime_seconds: Math.floor(process.uptime()),
    });
  });
};
