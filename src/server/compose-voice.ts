/** The SFU by the configuration, and what lives as long as the server does over it. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import type { Database } from "./database/client.ts";
import type { EventLog } from "./events/event-log.ts";
import type { Clock } from "./kernel/clock.ts";
import type { Config } from "./kernel/config.ts";
import type { Lifecycle } from "./kernel/lifecycle.ts";
import type { Logger } from "./kernel/logger.ts";
import { systemScheduler } from "./kernel/scheduler.ts";
import { listenAddressesFrom } from "./voice/sfu/listen-addresses.ts";
import { MediasoupSfu } from "./voice/sfu/mediasoup-sfu.ts";
import { createOffSfu } from "./voice/sfu/off-sfu.ts";
import type { Sfu } from "./voice/sfu/sfu.ts";
import { VoiceProbes } from "./voice/voice-probes.ts";
import { VoiceSessions } from "./voice/voice-sessions.ts";
import { createVoiceRepo, type VoiceRepo } from "./voice/voice.repo.ts";

interface Ground {
  db: Database;
  events: EventLog;
  clock: Clock;
  config: Config;
  logger: Logger;
  lifecycle: Lifecycle;
}

/** Never fails for want of voice: then the SFU says why there is none. */
export const composeVoice = async ({
  db,
  events,
  clock,
  config,
  logger,
  lifecycle,
}: Ground): Promise<{
  sfu: Sfu;
  sessions: VoiceSessions;
  probes: VoiceProbes;
  repo: VoiceRepo;
}> => {
  const repo = createVoiceRepo(db);
  await repo.deleteAll();
  const sfu = await openSfu(config, logger);
  lifecycle.add("voice workers", () => sfu.close());
  const sessions = new VoiceSessions({ sfu, repo, events, clock, scheduler: systemScheduler, logger });
  lifecycle.add("voice rooms", () => sessions.close());
  const probes = new VoiceProbes({ sfu, clock, scheduler: systemScheduler });
  lifecycle.add("voice probes", () => probes.close());
  return { sfu, sessions, probes, repo };
};

const localHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

const openSfu = async ({ voice, host, publicUrl }: Config, logger: Logger): Promise<Sfu> => {
  const { port, workers, workerBinary, workerProblem, announcedAddress } = voice;
  if (workers === 0) return createOffSfu("it is switched off (VOICE_WORKERS is 0)");
  if (workerProblem !== undefined) return createOffSfu(workerProblem);
  if (workerBinary === undefined)
    return createOffSfu(
      "no voice worker is installed: start Together by npm start, or set MEDIASOUP_WORKER_BIN",
    );
  const address = isIP(host) === 0 ? (await lookup(host)).address : host;
  const isOnLocalhost = localHosts.has(new URL(publicUrl).hostname);
  return MediasoupSfu.create({
    workerBin: workerBinary,
    workers,
    port,
    listenAddresses: () =>
      listenAddressesFrom({
        host: address,
        announcedAddress,
        interfaces: networkInterfaces(),
        isOnLocalhost,
      }),
    logger,
  });
};
