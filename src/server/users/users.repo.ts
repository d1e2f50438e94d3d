import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { ChosenStatus } from "#shared/contract/users.ts";
import type { UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { users } from "../database/schema/users.ts";
import type { OwnUserRow, UserRefRow } from "./users.present.ts";

export interface UserPatch {
  displayName?: string | undefined;
  customStatus?: string | null | undefined;
}

const refColumns = {
  id: users.id,
  username: users.username,
  displayName: users.displayName,
  bot: users.bot,
  deletedAt: users.deletedAt,
};

const columns = {
  ...refColumns,
  email: users.email,
  chosenStatus: users.chosenStatus,
  isAdmin: users.isAdmin,
  customStatus: users.customStatus,
  createdAt: users.createdAt,
};

const isLive = (id: UserId) => and(eq(users.id, id), isNull(users.deletedAt));

export const createUsersRepo = (db: Executor) => {
  const byId = db
    .select(columns)
    .from(users)
    .where(eq(users.id, sql.placeholder("id")))
    .prepare("users_by_id");

  return {
    /** Also a deleted account. */
    async findById(id: UserId): Promise<OwnUserRow | undefined> {
      const [row] = await byId.execute({ id });
      return row;
    },

    /** Those of the ids that exist, in no order. */
    listRefs(ids: readonly UserId[]): Promise<UserRefRow[]> {
      return db
        .select(refColumns)
        .from(users)
        .where(inArray(users.id, [...ids]));
    },

    /** Undefined for an account that is gone. */
    async update(id: UserId, patch: UserPatch): Promise<OwnUserRow | undefined> {
      const [row] = await db.update(users).set(patch).where(isLive(id)).returning(columns);
      return row;
    },

    /** Undefined for an account that is gone. */
    async setChosenStatus(id: UserId, chosenStatus: ChosenStatus): Promise<OwnUserRow | undefined> {
      const [row] = await db.update(users).set({ chosenStatus }).where(isLive(id)).returning(columns);
      return row;
    },
  };
};
export type UsersRepo = ReturnType<typeof createUsersRepo>;
