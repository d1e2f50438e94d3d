import { boolean, index, pgTable, uuid } from "drizzle-orm/pg-core";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import { channels } from "./channels.ts";
import { moment } from "./columns.ts";
import { servers } from "./servers.ts";
import { users } from "./users.ts";

/** Who is in which voice channel: one session per person. */
export const voiceStates = pgTable(
  "voice_states",
  {
    userId: uuid("user_id")
      .$type<UserId>()
      .primaryKey()
      .references(() => users.id, { onDelete: "cascade" }),
    channelId: uuid("channel_id")
      .$type<ChannelId>()
      .notNull()
      .references(() => channels.id, { onDelete: "cascade" }),
    serverId: uuid("server_id")
      .$type<ServerId>()
      .notNull()
      .references(() => servers.id, { onDelete: "cascade" }),
    selfMute: boolean("self_mute").notNull().default(false),
    selfDeaf: boolean("self_deaf").notNull().default(false),
    serverMute: boolean("server_mute").notNull().default(false),
    serverDeaf: boolean("server_deaf").notNull().default(false),
    camera: boolean("camera").notNull().default(false),
    screen: boolean("screen").notNull().default(false),
    joinedAt: moment("joined_at").notNull().defaultNow(),
  },
  (table) => [
    index("voice_states_channel_id_idx").on(table.channelId),
    index("voice_states_server_id_idx").on(table.serverId),
  ],
);
