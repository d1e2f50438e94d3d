/**
 * The one place where permission is asked. It keeps each server's rights in memory (`ServerState`), answers from there,
 * and is told of every change after its commit. What it must never do: answer from a state that an earlier call of
 * `serverChanged` or `memberChanged` has overtaken. So every load carries the number of the change that it began after,
 * and is thrown away when another has come since.
 */
import { LRUCache } from "lru-cache";
import type { SharedChannel } from "#shared/contract/channels.ts";
import type { ChannelId, MessageId, RoleId, ServerId, UserId } from "#shared/ids.ts";
import {
  hasPermission,
  NO_PERMISSIONS,
  type PermissionName,
  type Permissions,
  whileTimedOut,
} from "#shared/permissions.ts";
import type { Transaction } from "../database/client.ts";
import { lockServer } from "../database/locks.ts";
import { AppError } from "../kernel/app-error.ts";
import type { Clock } from "../kernel/clock.ts";
import type { AccessRepo } from "./access.repo.ts";
import { carryRights } from "./carry-rights.ts";
import {
  channelPermissionsOf,
  type RoleState,
  type ServerState,
  serverPermissionsOf,
  setMember,
  timeoutOf,
} from "./server-state.ts";
import { roomFor } from "../kernel/room-for.ts";

export interface ServerAccess {
  serverId: ServerId;
  /** What the caller may do now: to someone who is timed out, next to nothing. */
  permissions: Permissions;
  state: ServerState;
}

export interface ChannelAccess extends ServerAccess {
  channel: SharedChannel;
}

export interface MessageAccess extends ChannelAccess {
  messageId: MessageId;
  authorId: UserId;
}

export interface RoleAccess extends ServerAccess {
  role: RoleState;
}

type Repo = Omit<AccessRepo, "hotStatements">;

interface Options {
  repo: Repo;
  /** The same inside a transaction. */
  repoIn: (tx: Transaction) => Pick<Repo, "findServerState">;
  clock: Clock;
  /** How many servers are kept at once; the least recently asked goes. */
  maxServers?: number;
}

export class AccessService {
  readonly #repo: Repo;
  readonly #repoIn: Options["repoIn"];
  readonly #clock: Clock;
  readonly #states: LRUCache<ServerId, ServerState>;
  readonly #serverOfChannel = new LRUCache<ChannelId, ServerId>(roomFor(200_000));
  readonly #loads = new Map<ServerId, Promise<ServerState | undefined>>();
  /** Grows with each change; a load that sees it move has read too early. */
  readonly #changes = new LRUCache<ServerId, number>(roomFor(100_000));

  constructor({ repo, repoIn, clock, maxServers = 2_000 }: Options) {
    this.#repo = repo;
    this.#repoIn = repoIn;
    this.#clock = clock;
    this.#states = new LRUCache(roomFor(maxServers));
  }

  /**
   * The caller's rights in the server.
   * @throws NOT_FOUND for outsiders, MISSING_PERMISSION when the named permission lacks, TIMED_OUT when it does for now
   */
  async requireServer(
    userId: UserId,
    serverId: ServerId,
    permission?: PermissionName,
  ): Promise<ServerAccess> {
    return this.#requireIn(await this.#find(serverId), userId, permission);
  }

  /**
   * The caller's rights in the server of the role, and the role.
   * @throws NOT_FOUND for an unknown role and for outsiders, MISSING_PERMISSION, TIMED_OUT
   */
  async requireRole(userId: UserId, roleId: RoleId, permission?: PermissionName): Promise<RoleAccess> {
    const serverId = await this.#repo.findServerOfRole(roleId);
    if (!serverId) throw new AppError("NOT_FOUND");
    const access = await this.requireServer(userId, serverId, permission);
    const role = access.state.roles.get(roleId);
    if (!role) throw new AppError("NOT_FOUND");
    return { ...access, role };
  }

  /**
   * For an act that governs: locks the server, so that nobody else governs it until the transaction ends, and gives the
   * caller's rights as they are stored, not as they were when the call came in.
   * @throws NOT_FOUND, MISSING_PERMISSION, TIMED_OUT
   */
  async lock(
    tx: Transaction,
    actorId: UserId,
    { serverId, permission }: { serverId: ServerId; permission?: PermissionName },
  ): Promise<ServerAccess> {
    if (!(await lockServer(tx, serverId, "no key update"))) throw new AppError("NOT_FOUND");
    return this.#requireIn(await this.#repoIn(tx).findServerState(serverId), actorId, permission);
  }

  /** For an act that takes no permission which a timeout could take away. @throws TIMED_OUT */
  requireNotTimedOut(state: ServerState, userId: UserId): void {
    const until = timeoutOf(state, userId, this.#clock.nowMs());
    if (until) throw new AppError("TIMED_OUT", { until: until.toISOString() });
  }

  /** The server as the transaction sees it, of its members this one alone: what one may do costs no crowd. */
  readFor(tx: Transaction, serverId: ServerId, memberId: UserId): Promise<ServerState | undefined> {
    return this.#repoIn(tx).findServerState(serverId, memberId);
  }

  /**
   * The caller's rights in the channel.
   * @throws NOT_FOUND where the channel does not exist for the caller, MISSING_PERMISSION, TIMED_OUT
   */
  async requireChannel(
    userId: UserId,
    channelId: ChannelId,
    permission?: PermissionName,
  ): Promise<ChannelAccess> {
    const serverId = await this.#findServerOfChannel(channelId);
    const state = serverId && (await this.#find(serverId));
    if (!state) throw new AppError("NOT_FOUND");
    return this.requireChannelIn(state, channelId, { userId, permission });
  }

  /** The same in a state that is at hand: that of an act that governs. @throws NOT_FOUND, MISSING_PERMISSION, TIMED_OUT */
  requireChannelIn(
    state: ServerState,
    channelId: ChannelId,
    { userId, permission }: { userId: UserId; permission?: PermissionName | undefined },
  ): ChannelAccess {
    const channel = state.channels.get(channelId);
    const all = channel && channelPermissionsOf(state, userId, channel);
    if (!channel || !all || !hasPermission(all, "VIEW_CHANNEL")) throw new AppError("NOT_FOUND");
    const permissions = this.#require(all, { state, userId, permission });
    return { serverId: state.id, permissions, state, channel };
  }

  /** The caller's bits in the channel in this moment, from memory; undefined when the server is not there. */
  peekChannelPermissions(serverId: ServerId, channelId: ChannelId, userId: UserId): Permissions | undefined {
    const state = this.#states.get(serverId);
    if (!state) return undefined;
    const channel = state.channels.get(channelId);
    if (!channel) return NO_PERMISSIONS;
    const all = channelPermissionsOf(state, userId, channel);
    return timeoutOf(state, userId, this.#clock.nowMs()) ? whileTimedOut(all) : all;
  }

  /**
   * The caller's rights where the message stands.
   * @throws NOT_FOUND for a deleted message and in a channel that does not exist for the caller, MISSING_PERMISSION,
   *   TIMED_OUT
   */
  async requireMessage(
    userId: UserId,
    messageId: MessageId,
    permission?: PermissionName,
  ): Promise<MessageAccess> {
    const place = await this.#repo.findMessagePlace(messageId);
    if (!place) throw new AppError("NOT_FOUND");
    const access = await this.requireChannel(userId, place.channelId, permission);
    return { ...access, messageId, authorId: place.authorId };
  }

  /** Every server that the user is a member of, loaded. */
  async loadServersOf(userId: UserId): Promise<ServerState[]> {
    const ids = await this.#repo.getServersOfUser(userId);
    const states = await Promise.all(ids.map((id) => this.#find(id)));
    return states
      .filter((state) => state?.members.has(userId) ?? false)
      .filter((state) => state !== undefined);
  }

  /** What is known without asking the database; undefined when it is not in memory. */
  peek(serverId: ServerId): ServerState | undefined {
    return this.#states.get(serverId);
  }

  /** Call after a commit that changed the server's roles, channels, overrides or owner, before its event is appended. */
  async serverChanged(serverId: ServerId): Promise<void> {
    this.#markChanged(serverId);
    await this.#load(serverId);
  }

  /** Call after a commit that changed who is a member, or one member's roles, before its event is appended. */
  async memberChanged(serverId: ServerId, userId: UserId): Promise<void> {
    const change = this.#markChanged(serverId);
    const state = this.#states.get(serverId);
    if (!state) {
      // Whoever came is about to be told what they see of it, from memory.
      await this.#load(serverId);
      return;
    }
    const member = await this.#repo.findMember(serverId, userId).catch((error: unknown) => {
      // A state that may be overtaken must not answer; the next question loads again.
      this.#states.delete(serverId);
      throw error;
    });
    if (this.#changes.get(serverId) !== change || this.#states.get(serverId) !== state) {
      await this.#load(serverId);
    } else setMember(state, userId, member);
  }

  /** Forgets a server that is gone, or of which nobody knows what is stored. */
  forget(serverId: ServerId): void {
    this.#markChanged(serverId);
    this.#states.delete(serverId);
  }

  #requireIn(
    state: ServerState | undefined,
    userId: UserId,
    permission: PermissionName | undefined,
  ): ServerAccess {
    const all = state && serverPermissionsOf(state, userId);
    if (!state || all === undefined) throw new AppError("NOT_FOUND");
    return { serverId: state.id, permissions: this.#require(all, { state, userId, permission }), state };
  }

  /** What of the bits is left to the member now. @throws MISSING_PERMISSION, TIMED_OUT */
  #require(
    all: Permissions,
    {
      state,
      userId,
      permission,
    }: { state: ServerState; userId: UserId; permission: PermissionName | undefined },
  ): Permissions {
    if (permission && !hasPermission(all, permission))
      throw new AppError("MISSING_PERMISSION", { permission });
    const until = timeoutOf(state, userId, this.#clock.nowMs());
    if (!until) return all;
    const left = whileTimedOut(all);
    if (permission && !hasPermission(left, permission))
      throw new AppError("TIMED_OUT", { until: until.toISOString() });
    return left;
  }

  #markChanged(serverId: ServerId): number {
    const change = (this.#changes.get(serverId) ?? 0) + 1;
    this.#changes.set(serverId, change);
    return change;
  }

  async #findServerOfChannel(channelId: ChannelId): Promise<ServerId | undefined> {
    const known = this.#serverOfChannel.get(channelId);
    if (known) return known;
    const serverId = await this.#repo.findServerOfChannel(channelId);
    if (serverId) this.#serverOfChannel.set(channelId, serverId);
    return serverId;
  }

  async #find(serverId: ServerId): Promise<ServerState | undefined> {
    return this.#states.get(serverId) ?? (await this.#load(serverId));
  }

  /** One load at a time for a server; a change during the load makes it read once more. */
  #load(serverId: ServerId): Promise<ServerState | undefined> {
    const running = this.#loads.get(serverId);
    if (running) return running;
    const load = this.#loadUntilCurrent(serverId);
    this.#loads.set(serverId, load);
    return load;
  }

  async #loadUntilCurrent(serverId: ServerId): Promise<ServerState | undefined> {
    try {
      for (;;) {
        const change = this.#changes.get(serverId);
        const state = await this.#repo.findServerState(serverId);
        if (this.#changes.get(serverId) !== change) continue;
        return this.#keep(serverId, state);
      }
    } catch (error) {
      // A state that may be overtaken must not answer; the next question loads again.
      this.#states.delete(serverId);
      throw error;
    } finally {
      // In the tick of the last look at the changes: whoever comes with one later must not be given this load.
      this.#loads.delete(serverId);
    }
  }

  #keep(serverId: ServerId, loaded: ServerState | undefined): ServerState | undefined {
    if (!loaded) {
      this.#states.delete(serverId);
      return undefined;
    }
    const before = this.#states.get(serverId);
    const state = before ? carryRights(before, loaded) : loaded;
    this.#states.set(serverId, state);
    for (const channelId of state.channels.keys()) this.#serverOfChannel.set(channelId, serverId);
    return state;
  }
}
