import type { Session } from "#shared/contract/auth.ts";
import type { SessionId } from "#shared/ids.ts";
import type { SessionRow } from "./auth.repo.ts";

export const presentSession = (row: SessionRow, currentId: SessionId): Session => ({
  id: row.id,
  userAgent: row.userAgent,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt.toISOString(),
  isCurrent: row.id === currentId,
});
