import type { Me, PresenceStatus, User, UserRef } from "#shared/contract/users.ts";
import type { users } from "../database/schema/users.ts";

type UserRow = typeof users.$inferSelect;
export type UserRefRow = Pick<UserRow, "id" | "username" | "displayName" | "bot" | "deletedAt">;
export type PublicUserRow = UserRefRow & Pick<UserRow, "customStatus" | "createdAt">;
export type OwnUserRow = PublicUserRow & Pick<UserRow, "email" | "chosenStatus" | "isAdmin">;

/** What stays visible of an account that is gone: its messages, under no one's name. */
const deletedDisplayName = "Deleted user";

export const presentUserRef = (row: UserRefRow): UserRef => ({
  id: row.id,
  username: row.username,
  displayName: row.deletedAt ? deletedDisplayName : row.displayName,
  avatarUrl: null,
  bot: row.bot,
  ...(row.deletedAt && { isDeleted: true }),
});

export const presentUser = (row: PublicUserRow, status: PresenceStatus): User => ({
  ...presentUserRef(row),
  status: row.deletedAt ? "offline" : status,
  customStatus: row.deletedAt ? null : row.customStatus,
  createdAt: row.createdAt.toISOString(),
});

export const presentMe = (row: OwnUserRow, status: PresenceStatus): Me => ({
  ...presentUser(row, status),
  email: row.email,
  chosenStatus: row.chosenStatus,
  isAdmin: row.isAdmin,
});
