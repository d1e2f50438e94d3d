import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Override, SharedChannel } from "#shared/contract/channels.ts";
import type { ChannelId, MessageId, RoleId, ServerId, UserId } from "#shared/ids.ts";
import { formatPermissions } from "#shared/permissions.ts";
import type { Executor } from "../database/client.ts";
import { channelOverrides, channels } from "../database/schema/channels.ts";
import { messages } from "../database/schema/messages.ts";
import { memberRoles, roles } from "../database/schema/roles.ts";
import { serverMembers, servers } from "../database/schema/servers.ts";
import { RightsCache } from "./rights-cache.ts";
import type { MemberState, RoleState, ServerState } from "./server-state.ts";

export interface MessagePlace {
  channelId: ChannelId;
  authorId: UserId;
}

type OverrideRow = typeof channelOverrides.$inferSelect;

const toOverride = (row: OverrideRow): Override[] => {
  const bits = { allow: formatPermissions(row.allow), deny: formatPermissions(row.deny) };
  if (row.roleId) return [{ target: { type: "role", id: row.roleId }, ...bits }];
  return row.userId ? [{ target: { type: "member", id: row.userId }, ...bits }] : [];
};

const inServer = (column: typeof roles.serverId | typeof channels.serverId | typeof serverMembers.serverId) =>
  eq(column, sql.placeholder("serverId"));

const heldRoleIds = sql<RoleId[]>`
  coalesce(array_agg(${memberRoles.roleId}) filter (where ${memberRoles.roleId} is not null), '{}')`;

const selectMembers = (db: Executor) =>
  db
    .select({
      userId: serverMembers.userId,
      timeoutUntil: serverMembers.timeoutUntil,
      roleIds: heldRoleIds,
    })
    .from(serverMembers)
    .leftJoin(
      memberRoles,
      and(eq(memberRoles.serverId, serverMembers.serverId), eq(memberRoles.userId, serverMembers.userId)),
    )
    .groupBy(serverMembers.serverId, serverMembers.userId);

/** What a server's rights are made of. */
const prepareState = (db: Executor) => ({
  server: db
    .select({ ownerId: servers.ownerId })
    .from(servers)
    .where(eq(servers.id, sql.placeholder("serverId")))
    .prepare("access_server"),

  serverRoles: db
    .select({
      id: roles.id,
      name: roles.name,
      color: roles.color,
      permissions: roles.permissions,
      position: roles.position,
      isEveryone: roles.isEveryone,
    })
    .from(roles)
    .where(inServer(roles.serverId))
    .prepare("access_roles"),

  serverChannels: db
    .select()
    .from(channels)
    .where(inServer(channels.serverId))
    .orderBy(asc(channels.position), asc(channels.id))
    .prepare("access_channels"),

  overrides: db
    .select({ override: channelOverrides })
    .from(channelOverrides)
    .innerJoin(channels, eq(channels.id, channelOverrides.channelId))
    .where(inServer(channels.serverId))
    .prepare("access_overrides"),

  members: selectMembers(db).where(inServer(serverMembers.serverId)).prepare("access_members"),
});

const prepareLookups = (db: Executor) => ({
  member: selectMembers(db)
    .where(and(inServer(serverMembers.serverId), eq(serverMembers.userId, sql.placeholder("userId"))))
    .prepare("access_member"),

  serverOfChannel: db
    .select({ serverId: channels.serverId })
    .from(channels)
    .where(eq(channels.id, sql.placeholder("channelId")))
    .prepare("access_server_of_channel"),

  serversOfUser: db
    .select({ serverId: serverMembers.serverId })
    .from(serverMembers)
    .where(eq(serverMembers.userId, sql.placeholder("userId")))
    .prepare("access_servers_of_user"),

  messagePlace: db
    .select({ channelId: messages.channelId, authorId: messages.authorId })
    .from(messages)
    .where(and(eq(messages.id, sql.placeholder("messageId")), isNull(messages.deletedAt)))
    .prepare("access_message_place"),
});

type ChannelRow = typeof channels.$inferSelect;

const toRole = ({ id, name, color, permissions, position }: RoleState): RoleState => ({
  id,
  name,
  color,
  permissions,
  position,
});

const toChannel = (row: ChannelRow, overrides: Override[]): SharedChannel => ({
  id: row.id,
  serverId: row.serverId,
  type: row.type,
  name: row.name,
  topic: row.topic,
  parentId: row.parentId,
  position: row.position,
  slowModeSeconds: row.slowModeSeconds,
  overrides,
  followsCategory: row.followsCategory,
});

/** One list for each channel that has some, which its followers share, and one for all that have none. */
const listOverrides = (rows: readonly OverrideRow[]): ((channelId: ChannelId) => Override[]) => {
  const none: Override[] = [];
  const lists = new Map(
    [...Map.groupBy(rows, (row) => row.channelId)].map(([channelId, own]) => [
      channelId,
      own.flatMap(toOverride),
    ]),
  );
  return (channelId) => lists.get(channelId) ?? none;
};

/** Whose overrides count in the channel. */
const overriderOf = ({ id, parentId, followsCategory }: ChannelRow): ChannelId =>
  followsCategory && parentId ? parentId : id;

export const createAccessRepo = (db: Executor) => {
  const state = prepareState(db);
  const lookups = prepareLookups(db);

  return {
    /** For the tests of their plans. */
    hotStatements: { ...state, ...lookups },

    /** With all of its members, or with this one alone. Undefined when there is no such server. */
    async findServerState(serverId: ServerId, memberId?: UserId): Promise<ServerState | undefined> {
      // One after the other: inside a transaction there is one connection, which takes no second query at once.
      const [server] = await state.server.execute({ serverId });
      const roleRows = await state.serverRoles.execute({ serverId });
      const channelRows = await state.serverChannels.execute({ serverId });
      const overrideRows = await state.overrides.execute({ serverId });
      const members = await (memberId
        ? lookups.member.execute({ serverId, userId: memberId })
        : state.members.execute({ serverId }));
      const everyone = roleRows.find((role) => role.isEveryone);
      if (!server || !everyone) return undefined;
      const overridesOf = listOverrides(overrideRows.map((row) => row.override));
      return {
        id: serverId,
        ownerId: server.ownerId,
        everyoneRoleId: everyone.id,
        roles: new Map(roleRows.map((row): [RoleId, RoleState] => [row.id, toRole(row)])),
        channels: new Map(
          channelRows.map((row): [ChannelId, SharedChannel] => [
            row.id,
            toChannel(row, overridesOf(overriderOf(row))),
          ]),
        ),
        members: new Map(members.map(({ userId, ...member }): [UserId, MemberState] => [userId, member])),
        rights: new RightsCache(),
      };
    },

    async findMember(serverId: ServerId, userId: UserId): Promise<MemberState | undefined> {
      const [row] = await lookups.member.execute({ serverId, userId });
      return row && { roleIds: row.roleIds, timeoutUntil: row.timeoutUntil };
    },

    async findServerOfChannel(channelId: ChannelId): Promise<ServerId | undefined> {
      const [row] = await lookups.serverOfChannel.execute({ channelId });
      return row?.serverId;
    },

    async findServerOfRole(roleId: RoleId): Promise<ServerId | undefined> {
      const [row] = await db.select({ serverId: roles.serverId }).from(roles).where(eq(roles.id, roleId));
      return row?.serverId;
    },

    async getServersOfUser(userId: UserId): Promise<ServerId[]> {
      const rows = await lookups.serversOfUser.execute({ userId });
      return rows.map((row) => row.serverId);
    },

    /** Undefined for a message that is deleted or never was. */
    async findMessagePlace(messageId: MessageId): Promise<MessagePlace | undefined> {
      const [row] = await lookups.messagePlace.execute({ messageId });
      return row;
    },
  };
};
export type AccessRepo = ReturnType<typeof createAccessRepo>;
