import type { Server } from "#shared/contract/servers.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { ServerRow, VoiceStateRow } from "./servers.repo.ts";

export const presentServer = (row: ServerRow): Server => ({
  id: row.id,
  name: row.name,
  ownerId: row.ownerId,
  iconUrl: null,
  createdAt: row.createdAt.toISOString(),
});

export const presentVoiceState = (row: VoiceStateRow): VoiceState => ({
  userId: row.userId,
  channelId: row.channelId,
  serverId: row.serverId,
  selfMute: row.selfMute,
  selfDeaf: row.selfDeaf,
  serverMute: row.serverMute,
  serverDeaf: row.serverDeaf,
  camera: row.camera,
  screen: row.screen,
  joinedAt: row.joinedAt.toISOString(),
});
