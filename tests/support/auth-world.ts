/** Sign-in over a real database, with everything around it that a test looks at. */
import { createAuditRepo } from "#server/audit/audit.repo.ts";
import { createAuditService } from "#server/audit/audit.service.ts";
import { createAuthRepo } from "#server/auth/auth.repo.ts";
import { type AuthDeps, createAuthService, type Device } from "#server/auth/auth.service.ts";
import { createPasswordHasher } from "#server/auth/password-hasher.ts";
import type { Database } from "#server/database/client.ts";
import type { ControlSignal, LogEntry } from "#server/events/event-log.ts";
import { MemoryEventLog } from "#server/events/memory-event-log.ts";
import { createInstanceRepo } from "#server/instance/instance.repo.ts";
import { createInstanceService } from "#server/instance/instance.service.ts";
import { AppError } from "#server/kernel/app-error.ts";
import { systemClock } from "#server/kernel/clock.ts";
import { createIdSource, type IdSource } from "#server/kernel/id-source.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import type { RegistrationMode } from "#shared/contract/instance.ts";
import type { UserId } from "#shared/ids.ts";
import { createUsersRepo } from "#server/users/users.repo.ts";
import { createUsersService, type UsersService } from "#server/users/users.service.ts";
import { createTestDatabase } from "./postgres.ts";

/** A browser: what its cookie jar holds can be looked at. */
export interface TestDevice extends Device {
  jar: { token: string | undefined; expiresAt: Date | undefined };
}

export const aDevice = ({ address = "192.0.2.1", userAgent = "Test" } = {}): TestDevice => {
  const jar: TestDevice["jar"] = { token: undefined, expiresAt: undefined };
  return {
    jar,
    caller: { address, userAgent },
    refreshCookie: {
      read: () => jar.token,
      write: (token, expiresAt) => Object.assign(jar, { token, expiresAt }),
      clear: () => Object.assign(jar, { token: undefined, expiresAt: undefined }),
    },
  };
};

/** The reason and parameters of the refusal, or what the call gave. */
export const outcomeOf = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AppError) return error.detail;
    throw error;
  }
};

export const usableInvite = "usable2222";
export const crowdedInvite = "crowded222";

/** Two invites: one lets everybody in, the other has had its last place taken meanwhile. */
const createInvites = (ids: IdSource, joined: UserId[]): AuthDeps["invites"] => ({
  requireUsable(code) {
    const isKnown = [usableInvite, crowdedInvite].includes(code);
    if (!isKnown) return Promise.reject(new AppError("INVITE_EXPIRED"));
    return Promise.resolve({ code, serverId: ids.serverId(), createdBy: ids.userId(), roleIds: [] });
  },
  enter: (_tx, { code }) =>
    code === crowdedInvite ? Promise.reject(new AppError("INVITE_EXPIRED")) : Promise.resolve(true),
  async announceEntry(_invite, userId) {
    await Promise.resolve(joined.push(userId));
  },
});

interface Overrides extends Partial<AuthDeps> {
  registration?: RegistrationMode;
}

/** The instance's settings and its first administrator, over the same database. */
const createInstance = (
  deps: { db: Database; ids: IdSource; users: UsersService },
  fixedRegistration: RegistrationMode | undefined,
) =>
  createInstanceService({
    ...deps,
    repo: createInstanceRepo(deps.db),
    audit: createAuditService({ repo: createAuditRepo(deps.db), clock: systemClock, ids: deps.ids }),
    rateLimits,
    fixedRegistration,
  });

const rateLimits = { takeAuth: () => Promise.resolve() };

export const createAuthWorld = async ({ registration, ...overrides }: Overrides = {}) => {
  const database = await createTestDatabase();
  const { db } = database;
  const ids = createIdSource(systemClock);
  const events = new MemoryEventLog({ epoch: "test", clock: systemClock, logger: silentLogger });
  const entries: LogEntry[] = [];
  events.subscribe((entry) => entries.push(entry));
  const joined: UserId[] = [];
  const warnings: string[] = [];
  const users = createUsersService({
    repo: createUsersRepo(db),
    access: { loadServersOf: () => Promise.resolve([]) },
    events,
    presence: { statusOf: () => "offline" },
  });
  const instance = createInstance({ db, ids, users }, registration);
  const auth = createAuthService({
    db,
    repo: createAuthRepo(db),
    users,
    invites: createInvites(ids, joined),
    instance,
    members: { endAll: () => Promise.resolve([]), announceEnd: () => Promise.resolve() },
    access: { serverChanged: () => Promise.resolve(), peek: () => undefined },
    rateLimits,
    events,
    clock: systemClock,
    ids,
    logger: { ...silentLogger, warn: (_fields, message) => void warnings.push(message) },
    passwordHasher: createPasswordHasher({ rounds: 4 }),
    jwtSecret: "a secret of the tests, longer than 32 bytes",
    ...overrides,
  });
  return {
    auth,
    instance,
    users,
    db,
    pool: database.pool,
    entries,
    /** Who joined a server by the invite given at registering. */
    joined,
    warnings,
    signals: (): ControlSignal[] =>
      entries.flatMap((entry) => (entry.kind === "control" ? [entry.signal] : [])),
    async [Symbol.asyncDispose]() {
      auth.close();
      await database[Symbol.asyncDispose]();
    },
  };
};
export type AuthWorld = Awaited<ReturnType<typeof createAuthWorld>>;
