/** The services with sign-in and the instance's administration over them, for tests of what reaches through all of them. */
import { createAdminRepo } from "#server/admin/admin.repo.ts";
import { createAdminService } from "#server/admin/admin.service.ts";
import { createAuthRepo } from "#server/auth/auth.repo.ts";
import { createAuthService, type Device } from "#server/auth/auth.service.ts";
import { createPasswordHasher } from "#server/auth/password-hasher.ts";
import { users as usersTable } from "#server/database/schema/users.ts";
import type { ControlSignal } from "#server/events/event-log.ts";
import { createInstanceRepo } from "#server/instance/instance.repo.ts";
import { createInstanceService } from "#server/instance/instance.service.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import type { Actor } from "#server/trpc/context.ts";
import { createUsersRepo } from "#server/users/users.repo.ts";
import { createUsersService } from "#server/users/users.service.ts";
import { Login, Register, type SignedIn } from "#shared/contract/auth.ts";
import { UserId } from "#shared/ids.ts";
import { eq } from "drizzle-orm";
import { password } from "./auth-calls.ts";
import { aDevice } from "./auth-world.ts";
import { createTestServices } from "./services.ts";

export interface Account extends Actor {
  username: string;
  signedIn: SignedIn;
}

export const publicUrl = "https://chat.example.org";

export const createInstanceWorld = async () => {
  const world = await createTestServices();
  const { db, events } = world;
  const rateLimits = { takeAuth: () => Promise.resolve() };
  const users = createUsersService({ ...world, repo: createUsersRepo(db) });
  const needs = { ...world, users, rateLimits };
  const instance = createInstanceService({
    ...needs,
    repo: createInstanceRepo(db),
    fixedRegistration: undefined,
  });
  const auth = createAuthService({
    ...needs,
    instance,
    repo: createAuthRepo(db),
    logger: silentLogger,
    passwordHasher: createPasswordHasher({ rounds: 4 }),
    jwtSecret: "a secret of the tests, longer than 32 bytes",
  });
  const admin = createAdminService({
    ...needs,
    auth,
    instance,
    repo: createAdminRepo(db),
    presence: { countOnline: () => 3 },
    version: "1.2.3",
    dataDirectory: "/tmp/no-such-directory/data",
    publicUrl,
  });
  const signals: ControlSignal[] = [];
  events.subscribe((entry) => {
    if (entry.kind === "control") signals.push(entry.signal);
  });

  const signIn = (username: string, secret = password, device: Device = aDevice()): Promise<SignedIn> =>
    auth.login(device, Login.parse({ username, password: secret }));

  const anAccount = async (username: string, input: Partial<Register> = {}): Promise<Account> => {
    const signedIn = await auth.register(aDevice(), Register.parse({ username, password, ...input }));
    const principal = await auth.authenticate(signedIn.accessToken);
    if (principal.kind !== "user") throw new Error("the account is not signed in");
    return { ...principal.actor, username, signedIn };
  };

  return {
    ...world,
    users,
    instance,
    auth,
    admin,
    signals,
    signIn,
    anAccount,

    async anAdmin(username: string): Promise<Account> {
      const account = await anAccount(username);
      await db.update(usersTable).set({ isAdmin: true }).where(eq(usersTable.id, account.userId));
      return account;
    },

    async rowOf(userId: string) {
      const [row] = await db
        .select()
        .from(usersTable)
        .where(eq(usersTable.id, UserId.parse(userId)));
      if (!row) throw new Error("there is no such account");
      return row;
    },

    /** What the instance's log says, newest first. */
    async log() {
      return (await admin.audit({ limit: 50 })).entries;
    },

    async [Symbol.asyncDispose]() {
      auth.close();
      await world[Symbol.asyncDispose]();
    },
  };
};
export type InstanceWorld = Awaited<ReturnType<typeof createInstanceWorld>>;
