import { eq } from "drizzle-orm";
import type { RegistrationMode } from "#shared/contract/instance.ts";
import type { Executor } from "../database/client.ts";
import { instanceSettings } from "../database/schema/instance.ts";
import { users } from "../database/schema/users.ts";

export const createInstanceRepo = (db: Executor) => ({
  /** What an administrator has set; undefined while nobody has. */
  async findRegistration(): Promise<RegistrationMode | undefined> {
    const [row] = await db.select({ registration: instanceSettings.registration }).from(instanceSettings);
    return row?.registration ?? undefined;
  },

  async hasAdmin(tx: Executor): Promise<boolean> {
    return (await tx.$count(users, eq(users.isAdmin, true))) > 0;
  },
});
export type InstanceRepo = ReturnType<typeof createInstanceRepo>;
