/** The server's own gateway, from the event log on. */
import { createServer, type IncomingMessage } from "node:http";
import { createDatabase, type Database } from "#server/database/client.ts";
import { serverMembers } from "#server/database/schema/servers.ts";
import { MemoryEventLog } from "#server/events/memory-event-log.ts";
import { registerGateway } from "#server/gateway/gateway.ts";
import { systemClock } from "#server/kernel/clock.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { noPace } from "#server/kernel/pace.ts";
import { systemScheduler } from "#server/kernel/scheduler.ts";
import { Presence } from "#server/presence/presence.ts";
import type { Services } from "#server/services.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";
import { composeQuietServices, registerQuietly } from "#tests/support/quiet-services.ts";
import { listen, type Side } from "./side.ts";
import { subscription } from "./subscription.ts";

interface Community {
  tokens: string[];
  serverId: ServerId;
  /** That all of them see. */
  channelId: ChannelId;
}

/** So many members of one server. */
const createCommunity = async (services: Services, db: Database, members: number): Promise<Community> => {
  const tokens: string[] = [];
  for (let count = 0; count < members; count += 1)
    tokens.push((await registerQuietly(services, `member-${count}`)).accessToken);
  const principals = await Promise.all(tokens.map((token) => services.auth.authenticate(token)));
  const actors = principals.flatMap((principal) => (principal.kind === "user" ? [principal.actor] : []));
  const [owner, ...others] = actors;
  if (!owner) throw new Error("nobody is signed in");
  const { id: serverId } = await services.servers.create(owner, { name: "Harbour" });
  if (others.length > 0)
    await db.insert(serverMembers).values(others.map(({ userId }) => ({ serverId, userId })));
  await services.access.serverChanged(serverId);
  const { state } = await services.access.requireServer(owner.userId, serverId);
  const channel = [...state.channels.values()].find(({ type }) => type === "text");
  if (!channel) throw new Error("there is no channel");
  return { tokens, serverId, channelId: channel.id };
};

/** Each member's sockets take turns. */
export const startTogether = async (connectionString: string, members: number): Promise<Side> => {
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
      paceOf: () => noPace,
      delayRefusal: () => Promise.resolve(),
      addressOf: ({ socket }: IncomingMessage) => socket.remoteAddress ?? "",
      limits: { socketsPerAddress: 0, socketMessagesPerMinute: 100 },
    },
  );
  const { tokens, ...where } = await createCommunity(services, db, members);
  const audience = { kind: "channel", ...where } as const;
  return {
    port: await listen(server),
    path: "/gateway?connectionParams=1",
    openings: tokens.map((token) => [
      JSON.stringify({ method: "connectionParams", data: { token } }),
      subscription("gateway.events"),
    ]),
    // "started" and READY.
    leadMessages: 2,
    publish: (event) => events.append({ audience, event }),
  };
};
