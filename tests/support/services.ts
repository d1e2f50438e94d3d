/**
 * The features' services on a database of their own, without HTTP, gateway or the real time; and builders for what their
 * tests begin with. Builders go around the rules, so that a test can begin anywhere.
 */
import { createAccessRepo } from "#server/access/access.repo.ts";
import { AccessService } from "#server/access/access.service.ts";
import { createGovern } from "#server/access/governing.ts";
import { createAuditRepo } from "#server/audit/audit.repo.ts";
import { createAuditService } from "#server/audit/audit.service.ts";
import { createChannelsRepo } from "#server/channels/channels.repo.ts";
import { createChannelsService } from "#server/channels/channels.service.ts";
import { auditLog } from "#server/database/schema/audit-log.ts";
import { channels } from "#server/database/schema/channels.ts";
import { messages as messagesTable } from "#server/database/schema/messages.ts";
import { memberRoles, roles } from "#server/database/schema/roles.ts";
import { serverMembers } from "#server/database/schema/servers.ts";
import { users } from "#server/database/schema/users.ts";
import type { LogEntry, NewEvent } from "#server/events/event-log.ts";
import { MemoryEventLog } from "#server/events/memory-event-log.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { createInvitesRepo } from "#server/invites/invites.repo.ts";
import { createInvitesService } from "#server/invites/invites.service.ts";
import { createMembersRepo } from "#server/members/members.repo.ts";
import { createMembersService } from "#server/members/members.service.ts";
import { createMessagesRepo } from "#server/messages/messages.repo.ts";
import { createMessagesService } from "#server/messages/messages.service.ts";
import { createReadsRepo } from "#server/reads/reads.repo.ts";
import { createReadsService } from "#server/reads/reads.service.ts";
import { createRolesRepo } from "#server/roles/roles.repo.ts";
import { createRolesService } from "#server/roles/roles.service.ts";
import { createServersRepo } from "#server/servers/servers.repo.ts";
import { createServersService } from "#server/servers/servers.service.ts";
import type { Actor } from "#server/trpc/context.ts";
import { createVoiceStatesService } from "#server/voice/voice-states.service.ts";
import { createVoiceRepo } from "#server/voice/voice.repo.ts";
import type { ChannelType } from "#shared/contract/channels.ts";
import type { PresenceStatus } from "#shared/contract/users.ts";
import type { ChannelId, MessageId, RoleId, ServerId, UserId } from "#shared/ids.ts";
import { type PermissionName, permissionBits } from "#shared/permissions.ts";
import { eq } from "drizzle-orm";
import { FakeClock } from "./fake-clock.ts";
import { createTestDatabase } from "./postgres.ts";

interface RoleOptions {
  permissions?: PermissionName[];
  position?: number;
}

export type TestServices = Awaited<ReturnType<typeof createTestServices>>;

export const createTestServices = async () => {
  const database = await createTestDatabase();
  const { db } = database;
  const clock = new FakeClock();
  const ids = createIdSource(clock);
  const events = new MemoryEventLog({ epoch: "test", clock, logger: silentLogger });
  const statuses = new Map<UserId, PresenceStatus>();
  const presence = { statusOf: (userId: UserId) => statuses.get(userId) ?? "offline" };

  const access = new AccessService({ repo: createAccessRepo(db), repoIn: createAccessRepo, clock });
  const audit = createAuditService({ repo: createAuditRepo(db), clock, ids });
  const govern = createGovern({ db, access });
  const base = { db, access, govern, audit, events, clock, ids, presence };
  const rolesService = createRolesService({ ...base, repo: createRolesRepo(db) });
  const channelsService = createChannelsService({ ...base, repo: createChannelsRepo(db) });
  const reads = createReadsService({ ...base, repo: createReadsRepo(db) });
  const messages = createMessagesService({ ...base, repo: createMessagesRepo(db), reads });
  const members = createMembersService({ ...base, repo: createMembersRepo(db), messages });
  const voiceRepo = createVoiceRepo(db);
  const voiceStates = createVoiceStatesService({ repo: voiceRepo });
  const servers = createServersService({
    ...base,
    voiceStates,
    repo: createServersRepo(db),
    channels: channelsService,
    roles: rolesService,
    members,
  });
  const invites = createInvitesService({ ...base, repo: createInvitesRepo(db), members, servers });
  const build = createBuilders({ db, access, ids, clock, servers });
  return {
    ...base,
    ...build,
    database,
    statuses,
    roles: rolesService,
    channels: channelsService,
    messages,
    members,
    servers,
    invites,
    reads,
    voiceRepo,
    voiceStates,

    /** What is appended while `work` runs, in order. */
    eventsOf: (work: () => Promise<unknown>): Promise<NewEvent[]> => collectEvents(events, work),

    /** As the owner sees them. */
    async listInvites(serverId: ServerId) {
      const { ownerId } = await servers.get(serverId);
      return invites.list({ userId: ownerId }, await access.requireServer(ownerId, serverId));
    },

    listAudit: (serverId: ServerId) =>
      db.select().from(auditLog).where(eq(auditLog.serverId, serverId)).orderBy(auditLog.id),

    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
};

const collectEvents = async (events: MemoryEventLog, work: () => Promise<unknown>): Promise<NewEvent[]> => {
  const entries: LogEntry[] = [];
  const stop = events.subscribe((entry) => void entries.push(entry));
  try {
    await work();
  } finally {
    stop();
  }
  return entries.flatMap((entry) => {
    if (entry.kind !== "event") return [];
    const { audience, event, accessChange } = entry;
    return [{ audience, event, ...(accessChange && { accessChange }) }];
  });
};

type BuilderDeps = Pick<Awaited<ReturnType<typeof createTestDatabase>>, "db"> & {
  access: AccessService;
  ids: ReturnType<typeof createIdSource>;
  clock: FakeClock;
  servers: ReturnType<typeof createServersService>;
};

const createBuilders = ({ db, access, ids, clock, servers }: BuilderDeps) => {
  let count = 0;

  const anActor = async (name = `user${++count}`): Promise<Actor> => {
    const userId = ids.userId();
    await db.insert(users).values({ id: userId, username: name, displayName: name, passwordHash: "" });
    return { userId, sessionId: ids.sessionId() };
  };

  const aRole = async (
    serverId: ServerId,
    { permissions = [], position = 1 }: RoleOptions = {},
  ): Promise<RoleId> => {
    const id = ids.roleId();
    await db.insert(roles).values({
      id,
      serverId,
      name: `role${++count}`,
      permissions: permissionBits(...permissions),
      position,
    });
    await access.serverChanged(serverId);
    return id;
  };

  const give = async (serverId: ServerId, userId: UserId, roleId: RoleId): Promise<void> => {
    await db.insert(memberRoles).values({ serverId, userId, roleId });
    await access.memberChanged(serverId, userId);
  };

  const joinServer = async ({ userId }: Actor, serverId: ServerId): Promise<void> => {
    await db.insert(serverMembers).values({ serverId, userId, joinedAt: new Date(clock.nowMs()) });
    await access.memberChanged(serverId, userId);
  };

  return {
    anActor,
    aRole,
    give,
    joinServer,

    /** With its owner, its first text channel and its voice channel. */
    async aServer(owner?: Actor) {
      const maker = owner ?? (await anActor());
      const server = await servers.create(maker, { name: `Server ${++count}` });
      const { state } = await access.requireServer(maker.userId, server.id);
      const [text, voice] = [...state.channels.keys()];
      if (!text || !voice) throw new Error("a new server has two channels");
      return { id: server.id, owner: maker, text, voice };
    },

    /** A new user in the server; with options, in a new role of theirs. */
    async aMember(serverId: ServerId, options?: RoleOptions): Promise<Actor> {
      const actor = await anActor();
      await joinServer(actor, serverId);
      if (options) await give(serverId, actor.userId, await aRole(serverId, options));
      return actor;
    },

    async aChannel(
      serverId: ServerId,
      options: { type?: ChannelType; parentId?: ChannelId; position?: number } = {},
    ) {
      const { type = "text", parentId = null, position = 10 } = options;
      const id = ids.channelId();
      await db.insert(channels).values({ id, serverId, type, name: `channel${++count}`, parentId, position });
      await access.serverChanged(serverId);
      return id;
    },

    async aMessage(
      channelId: ChannelId,
      authorId: UserId,
      deletedAt: Date | null = null,
    ): Promise<MessageId> {
      clock.advance(1);
      const id = ids.messageId();
      await db
        .insert(messagesTable)
        .values({ id, channelId, authorId, content: `message ${++count}`, deletedAt });
      return id;
    },

    serverAccess: (actor: Actor, serverId: ServerId) => access.requireServer(actor.userId, serverId),
    channelAccess: (actor: Actor, channelId: ChannelId) => access.requireChannel(actor.userId, channelId),
  };
};

/** What a refused promise rejects with, for `rejects.toMatchObject`. */
export const refusal = (reason: string, params: Record<string, unknown> = {}) => ({
  detail: { reason, params },
});
