import { asc, eq, sql } from "drizzle-orm";
import type { Override, SharedChannel } from "#shared/contract/channels.ts";
import type { ChannelId, MessageId, RoleId, ServerId, UserId } from "#shared/ids.ts";
import { formatPermissions } from "#shared/permissions.ts";
import type { Executor } from "../database/client.ts";
import { channelOverrides, channels } from "../database/schema/channels.ts";
import { messages } from "../database/schema/messages.ts";
import { memberRoles, roles } from "../database/schema/roles.ts";
import { serverMembers, servers } from "../database/schema/servers.ts";
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

export const createAccessRepo = (db: Executor) => {
  const server = db
    .select({ ownerId: servers.ownerId })
    .from(servers)
    .where(eq(servers.id, sql.placeholder("serverId")))
    .prepare("access_server");

  const serverRoles = db
    .select({
      id: roles.id,
      permissions: roles.permissions,
      position: roles.position,
      isEveryone: roles.isEveryone,
    })
    .from(roles)
    .where(eq(roles.serverId, sql.placeholder("serverId")))
    .prepare("access_roles");

  const serverChannels = db
    .select()
    .from(channels)
    .where(eq(channels.serverId, sql.placeholder("serverId")))
    .orderBy(asc(channels.position), asc(channels.id))
    .prepare("access_channels");

  const overrides = db
    .select({ override: channelOverrides })
    .from(channelOverrides)
    .innerJoin(channels, eq(channels.id, channelOverrides.channelId))
    .where(eq(channels.serverId, sql.placeholder("serverId")))
    .prepare("access_overrides");

  const roleIds = sql<
    RoleId[]
  >`coalesce(array_agg(${memberRoles.roleId}) filter (where ${memberRoles.roleId} is not null), '{}')`;
  const membersQuery = db
    .select({ userId: serverMembers.userId, roleIds })
    .from(serverMembers)
    .leftJoin(
      memberRoles,
      sql`${memberRoles.serverId} = ${serverMembers.serverId} and ${memberRoles.userId} = ${serverMembers.userId}`,
    )
    .groupBy(serverMembers.serverId, serverMembers.userId);

  const members = membersQuery
    .where(eq(serverMembers.serverId, sql.placeholder("serverId")))
    .prepare("access_members");

  const member = db
    .select({ userId: serverMembers.userId, roleIds })
    .from(serverMembers)
    .leftJoin(
      memberRoles,
      sql`${memberRoles.serverId} = ${serverMembers.serverId} and ${memberRoles.userId} = ${serverMembers.userId}`,
    )
    .where(
      sql`${serverMembers.serverId} = ${sql.placeholder("serverId")} and ${serverMembers.userId} = ${sql.placeholder("userId")}`,
    )
    .groupBy(serverMembers.serverId, serverMembers.userId)
    .prepare("access_member");

  const serverOfChannel = db
    .select({ serverId: channels.serverId })
    .from(channels)
    .where(eq(channels.id, sql.placeholder("channelId")))
    .prepare("access_server_of_channel");

  const serversOfUser = db
    .select({ serverId: serverMembers.serverId })
    .from(serverMembers)
    .where(eq(serverMembers.userId, sql.placeholder("userId")))
    .prepare("access_servers_of_user");

  const messagePlace = db
    .select({ channelId: messages.channelId, authorId: messages.authorId })
    .from(messages)
    .where(sql`${messages.id} = ${sql.placeholder("messageId")} and ${messages.deletedAt} is null`)
    .prepare("access_message_place");

  return {
    /** For the tests of their plans. */
    hotStatements: {
      server,
      serverRoles,
      serverChannels,
      overrides,
      members,
      member,
      serverOfChannel,
      serversOfUser,
      messagePlace,
    },

    /** Undefined when there is no such server. */
    async findServerState(serverId: ServerId): Promise<ServerState | undefined> {
      const [[serverRow], roleRows, channelRows, overrideRows, memberRows] = await Promise.all([
        server.execute({ serverId }),
        serverRoles.execute({ serverId }),
        serverChannels.execute({ serverId }),
        overrides.execute({ serverId }),
        members.execute({ serverId }),
      ]);
      const everyone = roleRows.find((role) => role.isEveryone);
      if (!serverRow || !everyone) return undefined;
      const overridesByChannel = Map.groupBy(overrideRows, (row) => row.override.channelId);
      return {
        id: serverId,
        ownerId: serverRow.ownerId,
        everyoneRoleId: everyone.id,
        roles: new Map(
          roleRows.map(({ id, permissions, position }): [RoleId, RoleState] => [
            id,
            { id, permissions, position },
          ]),
        ),
        channels: new Map(
          channelRows.map((row): [ChannelId, SharedChannel] => [
            row.id,
            {
              id: row.id,
              serverId,
              type: row.type,
              name: row.name,
              topic: row.topic,
              parentId: row.parentId,
              position: row.position,
              overrides: (overridesByChannel.get(row.id) ?? []).flatMap((entry) =>
                toOverride(entry.override),
              ),
            },
          ]),
        ),
        members: new Map(
          memberRows.map((row): [UserId, MemberState] => [row.userId, { roleIds: row.roleIds }]),
        ),
      };
    },

    async findMember(serverId: ServerId, userId: UserId): Promise<MemberState | undefined> {
      const [row] = await member.execute({ serverId, userId });
      return row && { roleIds: row.roleIds };
    },

    async findServerOfChannel(channelId: ChannelId): Promise<ServerId | undefined> {
      const [row] = await serverOfChannel.execute({ channelId });
      return row?.serverId;
    },

    async getServersOfUser(userId: UserId): Promise<ServerId[]> {
      const rows = await serversOfUser.execute({ userId });
      return rows.map((row) => row.serverId);
    },

    /** Undefined for a message that is deleted or never was. */
    async findMessagePlace(messageId: MessageId): Promise<MessagePlace | undefined> {
      const [row] = await messagePlace.execute({ messageId });
      return row;
    },
  };
};
export type AccessRepo = ReturnType<typeof createAccessRepo>;
