/**
 * A small world for the gateway's property tests: two servers, some channels and users, kept by a model in place of
 * database and access service. Reads end only when they are let go, so that anything can happen between two of them, and
 * a change of rights goes its three steps one at a time: stored, known to the access service, appended.
 */
import { setImmediate } from "node:timers/promises";
import { RightsCache } from "#server/access/rights-cache.ts";
import type { ServerState } from "#server/access/server-state.ts";
import { visibleChannelsOf } from "#server/access/server-state.ts";
import type { EventLog, NewEvent } from "#server/events/event-log.ts";
import { MemoryEventLog } from "#server/events/memory-event-log.ts";
import { Dispatcher } from "#server/gateway/dispatcher.ts";
import { EventStreams } from "#server/gateway/event-streams.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { Presence } from "#server/presence/presence.ts";
import type { Channel, SharedChannel } from "#shared/contract/channels.ts";
import type { Me } from "#shared/contract/users.ts";
import type { ServerSnapshot } from "#shared/events.ts";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import { formatPermissions, permissionBits } from "#shared/permissions.ts";
import { createPaceMaker } from "#server/kernel/pace.ts";
import { FakeClock } from "./fake-clock.ts";

const canView = permissionBits("VIEW_CHANNEL");
const createdAt = "2026-01-01T00:00:00.000Z";

/** A server as it is stored. */
interface Stored {
  id: ServerId;
  members: Set<UserId>;
  channels: Map<ChannelId, { hiddenFrom: Set<UserId> }>;
  /** Those that were deleted too. */
  everChannels: Set<ChannelId>;
}

export interface Change {
  /** Stores; whatever it returns is appended at the end. */
  apply: () => void;
  server: Stored;
  append: () => NewEvent[];
}

/** Turns the loop until all promises that can settle have settled. */
export const settleAll = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await setImmediate();
};

/** Voice, which these streams do without. */
const nobody = { socketOpened: () => undefined, socketClosed: () => undefined };

export class StreamWorld {
  readonly clock = new FakeClock();
  readonly #ids = createIdSource(this.clock);
  readonly users = [this.#ids.userId(), this.#ids.userId(), this.#ids.userId()];
  readonly sessions = this.users.map(() => this.#ids.sessionId());
  readonly stored: Stored[] = [];
  readonly log: MemoryEventLog;
  readonly streams: EventStreams;
  readonly dispatcher: Dispatcher;
  readonly #known = new Map<ServerId, ServerState>();
  readonly #reads: { finish: () => void; fail: () => void }[] = [];
  readonly #changes: { change: Change; stage: "stored" | "known" }[] = [];
  #begunChanges = 0;
  #count = 0;

  /** Limited: streams begin as often, and as fast, as they may. */
  constructor(options: { maxLogBytes: number; maxOutstandingBytes?: number; isLimited?: boolean }) {
    const { clock } = this;
    this.log = new MemoryEventLog({
      epoch: "e0",
      clock,
      logger: silentLogger,
      minAgeMs: 1_000,
      minEntries: 5,
      maxBytes: options.maxLogBytes,
    });
    for (let index = 0; index < 2; index++) this.#addServer();
    const presence = new Presence({ events: this.log, scheduler: clock });
    const access = {
      peek: (id: ServerId) => this.#known.get(id),
      loadServersOf: (userId: UserId) => this.#loadServersOf(userId),
    };
    this.dispatcher = new Dispatcher({ log: this.log, access, presence, attendance: nobody, clock });
    this.streams = new EventStreams({
      isLimited: options.isLimited ?? false,
      log: this.#slowLog(),
      access,
      dispatcher: this.dispatcher,
      logger: silentLogger,
      paceOf: createPaceMaker({ clock, scheduler: clock }),
      users: { getMe: (userId) => this.#read(() => aMe(userId)) },
      servers: {
        snapshots: (userId, states) => {
          const snapshots = states.map((state) => this.snapshot(userId, state));
          return this.#read(() => snapshots);
        },
      },
      reads: { list: () => this.#read(() => []) },
      ...(options.maxOutstandingBytes === undefined
        ? {}
        : { maxOutstandingBytes: options.maxOutstandingBytes }),
    });
  }

  /** Changes of rights that are on their way. */
  get pendingChanges(): number {
    return this.#changes.length;
  }

  /** All that ever began. */
  get begunChanges(): number {
    return this.#begunChanges;
  }

  /** Lets one read come to its end, or fail. */
  async settleRead(index: number, hasFailed = false): Promise<void> {
    const [read] = this.#reads.splice(index % Math.max(1, this.#reads.length), 1);
    if (hasFailed) read?.fail();
    else read?.finish();
    await settleAll();
  }

  async settleReads(): Promise<void> {
    while (this.#reads.length > 0) await this.settleRead(0);
  }

  async settleEverything(): Promise<void> {
    for (let index = 0; this.#reads.length > 0 || this.#changes.length > 0; index++) {
      this.advanceChange(index);
      await this.settleRead(index);
    }
    await settleAll();
  }

  /** The channels that the access service lets the user see. */
  visibleTo(userId: UserId): Set<ChannelId> {
    return new Set(
      [...this.#known.values()].flatMap((state) => [...visibleChannelsOf(state, userId).keys()]),
    );
  }

  /** What the database says, whether or not the access service knows it yet. */
  storedSightOf(userId: UserId): { servers: Set<ServerId>; channels: Set<ChannelId> } {
    const joined = this.stored.filter(({ members }) => members.has(userId));
    const visible = joined.flatMap(({ channels }) =>
      [...channels].filter(([, { hiddenFrom }]) => !hiddenFrom.has(userId)),
    );
    return { servers: new Set(joined.map(({ id }) => id)), channels: new Set(visible.map(([id]) => id)) };
  }

  isMember(userId: UserId, serverId: ServerId): boolean {
    return this.#known.get(serverId)?.members.has(userId) ?? false;
  }

  channelsEverIn(serverId: ServerId): ReadonlySet<ChannelId> {
    return this.stored.find(({ id }) => id === serverId)?.everChannels ?? new Set();
  }

  /** A change of rights goes all its way at once. */
  change(change: Change): void {
    this.begin(change);
    this.advanceChange(this.#changes.length - 1);
    this.advanceChange(this.#changes.length - 1);
  }

  /** A change of rights takes its first step. One at a time for a server, as locks see to. */
  begin(change: Change): void {
    if (this.#changes.some((running) => running.change.server === change.server)) return;
    change.apply();
    this.#begunChanges++;
    this.#changes.push({ change, stage: "stored" });
  }

  /** One of them takes its next step. */
  advanceChange(index: number): void {
    const running = this.#changes[index % Math.max(1, this.#changes.length)];
    if (running?.stage === "stored") {
      this.#learn(running.change.server);
      running.stage = "known";
    } else if (running) {
      this.#changes.splice(this.#changes.indexOf(running), 1);
      for (const event of running.change.append()) this.log.append(event);
    }
  }

  say(audience: NewEvent["audience"], isTransient = false): void {
    const d = { id: this.#ids.messageId(), channelId: this.#ids.channelId() };
    this.log.append({ audience, event: { t: "MESSAGE_DELETE", d }, ...(isTransient ? { isTransient } : {}) });
  }

  toggleSight(server: Stored, channelId: ChannelId, userId: UserId): Change {
    return {
      server,
      apply: () => toggle(server.channels.get(channelId)?.hiddenFrom, userId),
      append: () => {
        const channel = this.#known.get(server.id)?.channels.get(channelId);
        if (!channel) return [];
        const audience = { kind: "channel", serverId: server.id, channelId } as const;
        return [
          { audience, event: { t: "CHANNEL_UPDATE", d: channel }, accessChange: { serverId: server.id } },
        ];
      },
    };
  }

  addChannel(server: Stored, hiddenFrom: readonly UserId[] = this.users.slice(0, this.#count++ % 3)): Change {
    const channelId = this.#ids.channelId();
    return {
      server,
      apply: () => {
        server.channels.set(channelId, { hiddenFrom: new Set(hiddenFrom) });
        server.everChannels.add(channelId);
      },
      append: () => {
        const channel = this.#known.get(server.id)?.channels.get(channelId);
        if (!channel) return [];
        const audience = { kind: "channel", serverId: server.id, channelId } as const;
        return [
          { audience, event: { t: "CHANNEL_CREATE", d: channel }, accessChange: { serverId: server.id } },
        ];
      },
    };
  }

  deleteChannel(server: Stored, channelId: ChannelId): Change {
    return {
      server,
      apply: () => server.channels.delete(channelId),
      append: () => [
        {
          audience: { kind: "channel", serverId: server.id, channelId },
          event: { t: "CHANNEL_DELETE", d: { id: channelId, serverId: server.id } },
          accessChange: { serverId: server.id },
        },
      ],
    };
  }

  deleteServer(server: Stored): Change {
    const serverId = server.id;
    return {
      server,
      apply: () => void this.stored.splice(this.stored.indexOf(server), 1),
      append: () => {
        this.forget(server);
        const audience = { kind: "server", serverId } as const;
        return [{ audience, event: { t: "SERVER_DELETE", d: { id: serverId } }, accessChange: { serverId } }];
      },
    };
  }

  toggleMember(server: Stored, userId: UserId): Change {
    const serverId = server.id;
    const accessChange = { serverId, userId };
    return {
      server,
      apply: () => toggle(server.members, userId),
      append: () => {
        const state = this.#known.get(serverId);
        if (!state) return [];
        const audience = { kind: "server", serverId } as const;
        const toUser = { kind: "user", userId } as const;
        if (!state.members.has(userId)) {
          return [
            { audience, event: { t: "MEMBER_LEAVE", d: { serverId, userId } }, accessChange },
            { audience: toUser, event: { t: "SERVER_DELETE", d: { id: serverId } } },
          ];
        }
        return [
          { audience, event: { t: "MEMBER_UPDATE", d: aMember(serverId, userId) }, accessChange },
          { audience: toUser, event: { t: "SERVER_CREATE", d: this.snapshot(userId, state) } },
        ];
      },
    };
  }

  snapshot(userId: UserId, state: ServerState): ServerSnapshot {
    const channels = [...visibleChannelsOf(state, userId)].flatMap(([id, permissions]): Channel[] => {
      const channel = state.channels.get(id);
      return channel
        ? [{ ...channel, permissions: formatPermissions(permissions), lastMessageId: null }]
        : [];
    });
    return {
      server: { id: state.id, name: "s", ownerId: state.ownerId, iconUrl: null, createdAt },
      channels,
      roles: [],
      member: aMember(state.id, userId),
      memberCount: state.members.size,
      voiceStates: [],
      presences: [],
    };
  }

  #addServer(): void {
    const server: Stored = {
      id: this.#ids.serverId(),
      members: new Set(this.users),
      channels: new Map(),
      everChannels: new Set(),
    };
    for (let index = 0; index < 2; index++)
      server.channels.set(this.#ids.channelId(), { hiddenFrom: new Set() });
    for (const id of server.channels.keys()) server.everChannels.add(id);
    this.stored.push(server);
    this.#learn(server);
  }

  /** The access service forgets, as it does with the servers asked for longest ago. */
  forget(server: Stored): void {
    this.#known.delete(server.id);
  }

  /** What the access service does when it is told of a change: it reads the server anew. */
  #learn(server: Stored): void {
    const everyoneRoleId = this.#ids.roleId();
    this.#known.set(server.id, {
      id: server.id,
      ownerId: this.#ids.userId(),
      everyoneRoleId,
      roles: new Map([
        [
          everyoneRoleId,
          { id: everyoneRoleId, name: "@everyone", color: null, permissions: canView, position: 0 },
        ],
      ]),
      channels: new Map(
        [...server.channels].map(([id, { hiddenFrom }]) => [id, aChannel(server.id, id, hiddenFrom)]),
      ),
      members: new Map([...server.members].map((userId) => [userId, { roleIds: [], timeoutUntil: null }])),
      rights: new RightsCache(),
    });
  }

  async #loadServersOf(userId: UserId): Promise<ServerState[]> {
    const ids = await this.#read(() =>
      this.stored.filter(({ members }) => members.has(userId)).map(({ id }) => id),
    );
    return ids
      .map((id) => this.#known.get(id))
      .filter((state) => state !== undefined)
      .filter(({ members }) => members.has(userId));
  }

  /** The log, but what it kept takes as long to read as the rest. */
  #slowLog(): EventLog {
    const { log } = this;
    return {
      epoch: log.epoch,
      lastSequence: () => log.lastSequence(),
      append: (event) => log.append(event),
      signal: (signal) => log.signal(signal),
      subscribe: (listener) => log.subscribe(listener),
      readSince: async (sequence) => this.#read(() => log.readSince(sequence)),
    };
  }

  /** The answer is as of now, or as of when it arrives. */
  #read<T>(answer: () => T | Promise<T>): Promise<T> {
    const early = this.#count++ % 2 === 0 ? { value: answer() } : undefined;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#reads.push({
      finish: () => resolve(early ? early.value : answer()),
      fail: () => reject(new Error("the database is away")),
    });
    return promise;
  }
}

const toggle = <T>(set: Set<T> | undefined, value: T): void => {
  if (set?.delete(value) === false) set.add(value);
};

const aChannel = (serverId: ServerId, id: ChannelId, hiddenFrom: ReadonlySet<UserId>): SharedChannel => ({
  id,
  serverId,
  type: "text",
  name: "c",
  topic: null,
  parentId: null,
  position: 0,
  slowModeSeconds: 0,
  followsCategory: false,
  overrides: [...hiddenFrom].map((userId) => ({
    target: { type: "member", id: userId },
    allow: "0",
    deny: formatPermissions(canView),
  })),
});

const aMe = (id: UserId): Me => ({
  id,
  username: "u",
  displayName: "u",
  avatarUrl: null,
  bot: false,
  status: "online",
  customStatus: null,
  createdAt,
  email: null,
  chosenStatus: "online",
  isAdmin: false,
});

const aMember = (serverId: ServerId, userId: UserId) => {
  const { email: _email, chosenStatus: _chosenStatus, isAdmin: _isAdmin, ...user } = aMe(userId);
  return { serverId, user, nickname: null, roleIds: [], joinedAt: createdAt, timeoutUntil: null };
};
