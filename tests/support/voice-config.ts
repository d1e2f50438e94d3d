/** Voice for a test's server: real workers, on ports that nobody else has. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { type Config, readConfig } from "#server/kernel/config.ts";

const host = "127.0.0.1";
/** Below the ports that the system hands out, apart for each process of the run, and never twice in one. */
const firstPort = 20_000;
const portsPerProcess = 50;
let next = 0;

const isFree = async (port: number): Promise<boolean> => {
  const tcp = createServer();
  const udp = createSocket("udp4");
  try {
    tcp.listen(port, host);
    await once(tcp, "listening");
    udp.bind(port, host);
    await once(udp, "listening");
    return true;
  } catch {
    return false;
  } finally {
    tcp.close();
    udp.close();
  }
};

/** The first of so many in a row that are free for UDP and TCP. */
export const findVoicePorts = async (count: number): Promise<number> => {
  const base = firstPort + (process.pid % 200) * portsPerProcess;
  for (; next + count <= portsPerProcess; next += count) {
    const ports = Array.from({ length: count }, (_, index) => base + next + index);
    const free = await Promise.all(ports.map(isFree));
    if (!free.every(Boolean)) continue;
    next += count;
    return base + next - count;
  }
  throw new Error("no ports are left for voice");
};

/** The same for a server that is a process of its own. */
export const voiceVariables = async (workers = 1): Promise<NodeJS.ProcessEnv> => {
  const { port, workerBinary } = await voiceConfig({ workers });
  return { VOICE_PORT: String(port), VOICE_WORKERS: String(workers), MEDIASOUP_WORKER_BIN: workerBinary };
};

/** @throws when the run was started without a worker: by `npm test` it has one */
export const voiceConfig = async (changes: Partial<Config["voice"]> = {}): Promise<Config["voice"]> => {
  const workers = changes.workers ?? 1;
  const { voice } = readConfig(process.env);
  if (voice.workerBinary === undefined) throw new Error("MEDIASOUP_WORKER_BIN is not set");
  return { ...voice, port: await findVoicePorts(Math.max(1, workers)), workers, ...changes };
};
