/** The rules of servers: who makes, renames, passes on and deletes them, and what a member's screen begins with. */
import type { Server, UpdateServer } from "#shared/contract/servers.ts";
import type { ServerSnapshot } from "#shared/events.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import type { AccessService, ServerAccess } from "../access/access.service.ts";
import type { Govern } from "../access/governing.ts";
import type { ServerState } from "../access/server-state.ts";
import type { AuditService } from "../audit/audit.service.ts";
import type { ChannelsService } from "../channels/channels.service.ts";
import { type Database, type Transaction, withTransaction } from "../database/client.ts";
import { lockServer, lockUser } from "../database/locks.ts";
import type { EventLog } from "../events/event-log.ts";
import { tellOrReset } from "../events/tell-or-reset.ts";
import { AppError } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/id-source.ts";
import { KeyedMutex } from "../kernel/keyed-mutex.ts";
import type { MembersService } from "../members/members.service.ts";
import type { PresenceReader } from "../presence/presence-reader.ts";
import type { RolesService } from "../roles/roles.service.ts";
import type { Actor } from "../trpc/context.ts";
import type { VoiceStatesService } from "../voice/voice-states.service.ts";
import { createServerSnapshots } from "./server-snapshots.ts";
import { presentServer } from "./servers.present.ts";
import type { ServersRepo } from "./servers.repo.ts";

interface Deps {
  db: Database;
  repo: ServersRepo;
  access: AccessService;
  govern: Govern;
  audit: AuditService;
  channels: ChannelsService;
  members: MembersService;
  roles: RolesService;
  voiceStates: VoiceStatesService;
  presence: PresenceReader;
  events: EventLog;
  clock: Clock;
  ids: IdSource;
}

/** In a server where something happens all the time the newcomer's first picture may miss it: their next page has it. */
const maxSnapshotAttempts = 3;

export const createServersService = (deps: Deps) => {
  const { db, repo, access, govern, audit, members, events, clock, ids } = deps;
  const snapshots = createServerSnapshots(deps);

  /** @throws NOT_FOUND */
  const get = async (id: ServerId): Promise<Server> => {
    const row = await repo.find(id);
    if (!row) throw new AppError("NOT_FOUND");
    return presentServer(row);
  };

  const turns = new KeyedMutex<ServerId>();

  /** The server as it is now, for everyone in it. Read and told in turns: a later event never carries an older state. */
  const announceUpdate = (id: ServerId, hasNewOwner: boolean): Promise<Server> =>
    turns.run(id, async () => {
      const server = await get(id);
      const accessChange = hasNewOwner ? { accessChange: { serverId: id } } : {};
      events.append({
        audience: { kind: "server", serverId: id },
        event: { t: "SERVER_UPDATE", d: server },
        ...accessChange,
      });
      return server;
    });

  const hasHappenedSince = async (sequence: number, serverId: ServerId): Promise<boolean> => {
    const replay = await events.readSince(sequence);
    if (replay.kind === "gone") return true;
    return replay.entries.some(
      (entry) =>
        entry.kind === "event" && "serverId" in entry.audience && entry.audience.serverId === serverId,
    );
  };

  /** Undefined for one who is no member any more. */
  const findState = async (serverId: ServerId, userId: UserId): Promise<ServerState | undefined> => {
    try {
      return (await access.requireServer(userId, serverId)).state;
    } catch (error) {
      if (error instanceof AppError) return undefined;
      throw error;
    }
  };

  /**
   * The newcomer's picture of the server. What happens while it is read reaches them before they know the server, and is
   * lost on them: so it is read again then.
   */
  const readCurrent = async (serverId: ServerId, userId: UserId): Promise<ServerSnapshot | undefined> => {
    let snapshot: ServerSnapshot | undefined;
    for (let attempt = 0; attempt < maxSnapshotAttempts; attempt++) {
      const sequence = events.lastSequence();
      const state = await findState(serverId, userId);
      [snapshot] = state ? await snapshots.build(userId, [state]) : [];
      if (!snapshot || !(await hasHappenedSince(sequence, serverId))) break;
    }
    return snapshot;
  };

  /** After the commit that made the user a member: the members are told of them, and they of the server. */
  const announceArrival = (serverId: ServerId, userId: UserId): Promise<void> =>
    tellOrReset(events, { serverId, userId }, async () => {
      await members.announceJoin({ serverId, userId });
      const snapshot = await readCurrent(serverId, userId);
      if (snapshot)
        events.append({ audience: { kind: "user", userId }, event: { t: "SERVER_CREATE", d: snapshot } });
    });

  /** Takes the open transaction, in which the server is locked. */
  type Within = (tx: Transaction, server: Server) => Promise<void>;

  const deleteWith = async (serverId: ServerId, requireAllowed: Within): Promise<void> => {
    await withTransaction(db, async (tx) => {
      await requireAllowed(tx, await lockToGovern(tx, repo, serverId));
      await repo.delete(tx, serverId);
    });
    access.forget(serverId);
    events.append({
      audience: { kind: "server", serverId },
      event: { t: "SERVER_DELETE", d: { id: serverId } },
      accessChange: { serverId },
    });
  };

  const setOwnerWith = async (
    { actor, serverId, userId }: { actor: { userId: UserId | null }; serverId: ServerId; userId: UserId },
    requireAllowed: Within,
  ): Promise<Server> => {
    await withTransaction(db, async (tx) => {
      // Whoever deletes their account meanwhile owns nothing afterwards.
      await lockUser(tx, userId);
      const server = await lockToGovern(tx, repo, serverId);
      await requireAllowed(tx, server);
      if (!(await repo.isMember(tx, serverId, userId))) throw new AppError("NOT_FOUND");
      await repo.setOwner(tx, serverId, userId);
      await audit.record(tx, {
        serverId,
        actorId: actor.userId,
        action: "servers.transferOwnership",
        target: { type: "member", id: userId },
        before: { ownerId: server.ownerId },
        after: { ownerId: userId },
      });
    });
    return tellOrReset(events, { serverId }, async () => {
      await access.serverChanged(serverId);
      return announceUpdate(serverId, true);
    });
  };

  return {
    get,

    /** The servers that the caller is a member of, oldest first. */
    async list(actor: Actor): Promise<Server[]> {
      return (await repo.listOfUser(actor.userId)).map(presentServer);
    },

    /** For READY and SERVER_CREATE: what the user sees of each of these servers. */
    snapshots: (userId: UserId, states: readonly ServerState[]): Promise<ServerSnapshot[]> =>
      snapshots.build(userId, states),

    /**
     * Makes a server with @everyone, a text and a voice channel, owned by the caller.
     * @throws TOO_LARGE at the caller's limit of servers
     */
    async create(actor: Actor, { name }: { name: string }): Promise<Server> {
      const serverId = ids.serverId();
      const { userId } = actor;
      await withTransaction(db, async (tx) => {
        // Before any other row: an account that is being deleted makes no server.
        if (!(await lockUser(tx, userId))) throw new AppError("NOT_FOUND");
        await repo.insert(tx, {
          server: { id: serverId, name, ownerId: userId, createdAt: nowDate(clock) },
          everyoneRoleId: ids.roleId(),
          textChannelId: ids.channelId(),
          voiceChannelId: ids.channelId(),
        });
        await members.add(tx, { serverId, userId });
      });
      await announceArrival(serverId, userId);
      return get(serverId);
    },

    announceArrival,

    /** @throws NOT_FOUND, MISSING_PERMISSION, TIMED_OUT */
    async update(actor: Actor, { serverId, name }: UpdateServer): Promise<Server> {
      const wanted = { serverId, permission: "MANAGE_SERVER" } as const;
      const isChanged = await govern(actor, wanted, async (tx) => {
        const before = await repo.findIn(tx, serverId);
        if (!before) throw new AppError("NOT_FOUND");
        if (name === undefined || name === before.name) return false;
        await repo.rename(tx, serverId, name);
        await audit.record(tx, {
          serverId,
          actorId: actor.userId,
          action: "servers.update",
          target: { type: "server", id: serverId, name: before.name },
          before: { name: before.name },
          after: { name },
        });
        return true;
      });
      return isChanged
        ? tellOrReset(events, { serverId }, () => announceUpdate(serverId, false))
        : get(serverId);
    },

    /** With everything in it. @throws MISSING_PERMISSION (OWNER) */
    delete: (actor: Actor, { serverId }: ServerAccess): Promise<void> =>
      deleteWith(serverId, (_tx, server) => requireOwner(server, actor)),

    /** The same for whoever `requireAllowed` lets pass, in the transaction. @throws NOT_FOUND, and what that throws */
    deleteWith,

    /** @throws MISSING_PERMISSION (OWNER) for the owner, who transfers or deletes the server first */
    leave: (actor: Actor, { serverId }: ServerAccess): Promise<void> => members.leave(actor, serverId),

    /** @throws MISSING_PERMISSION (OWNER), NOT_FOUND for one who is no member */
    transferOwnership: (actor: Actor, { serverId }: ServerAccess, userId: UserId): Promise<Server> =>
      setOwnerWith({ actor, serverId, userId }, (_tx, server) => requireOwner(server, actor)),

    /** The same for whoever `requireAllowed` lets pass, in the transaction. @throws NOT_FOUND, and what that throws */
    setOwnerWith,
  };
};
export type ServersService = ReturnType<typeof createServersService>;

/** Nobody else becomes the owner, or ceases to be, until the transaction ends. @throws NOT_FOUND */
const lockToGovern = async (tx: Transaction, repo: ServersRepo, serverId: ServerId): Promise<Server> => {
  await lockServer(tx, serverId, "no key update");
  const row = await repo.findIn(tx, serverId);
  if (!row) throw new AppError("NOT_FOUND");
  return presentServer(row);
};

/** @throws MISSING_PERMISSION (OWNER) */
const requireOwner = async (server: Server, { userId }: Actor): Promise<void> => {
  if (server.ownerId !== userId) throw new AppError("MISSING_PERMISSION", { permission: "OWNER" });
};
