import type { Server } from "#shared/contract/servers.ts";
import type { ServerRow } from "./servers.repo.ts";

export const presentServer = (row: ServerRow): Server => ({
  id: row.id,
  name: row.name,
  ownerId: row.ownerId,
  iconUrl: null,
  createdAt: row.createdAt.toISOString(),
});
