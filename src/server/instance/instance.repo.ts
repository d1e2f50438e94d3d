import { and, eq, isNull, ne } from "drizzle-orm";
import type { RegistrationMode } from "#shared/contract/instance.ts";
import type { UserId } from "#shared/ids.ts";
import type { Executor } from "../database/client.ts";
import { instanceSettings } from "../database/schema/instance.ts";
import { users } from "../database/schema/users.ts";

export const createInstanceRepo = (db: Executor) => ({
  /** What an administrator has set; undefined while nobody has. */
  async findRegistration(executor: Executor = db): Promise<RegistrationMode | undefined> {
    const [row] = await executor
      .select({ registration: instanceSettings.registration })
      .from(instanceSettings);
    return row?.registration ?? undefined;
  },

  /** Takes the instance's lock to be held: it makes the row. */
  async setRegistration(tx: Executor, registration: RegistrationMode): Promise<void> {
    await tx.update(instanceSettings).set({ registration });
  },

  async hasAdmin(executor: Executor = db): Promise<boolean> {
    return (await executor.$count(users, eq(users.isAdmin, true))) > 0;
  },

  /** Whether somebody else governs the instance, and can sign in. */
  async hasOtherAdmin(tx: Executor, userId: UserId): Promise<boolean> {
    const others = and(eq(users.isAdmin, true), isNull(users.disabledAt), ne(users.id, userId));
    return (await tx.$count(users, others)) > 0;
  },

  /** False for an account that is gone or switched off. */
  async makeAdmin(tx: Executor, userId: UserId): Promise<boolean> {
    const updated = await tx
      .update(users)
      .set({ isAdmin: true })
      .where(and(eq(users.id, userId), isNull(users.deletedAt), isNull(users.disabledAt)))
      .returning({ id: users.id });
    return updated.length > 0;
  },
});
export type InstanceRepo = ReturnType<typeof createInstanceRepo>;
