import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { limits, timing } from "#shared/limits.ts";
import {
  aDevice,
  createAuthWorld,
  crowdedInvite,
  outcomeOf,
  usableInvite,
} from "#tests/support/auth-world.ts";
import { expectIndexed } from "#tests/support/explain.ts";
import { createAuthRepo } from "./auth.repo.ts";
import { createPasswordHasher, type PasswordHasher } from "./password-hasher.ts";

import {
  actorOf,
  advance,
  countRows,
  hourMs,
  login,
  nobody,
  password,
  refresh,
  refused,
  register,
  tokenOf,
} from "#tests/support/auth-calls.ts";

beforeEach(() => {
  // The time alone: the database's connections need their timers.
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("register", () => {
  it("makes an account that is signed in", async () => {
    await using world = await createAuthWorld();
    const signedIn = await register(world, {
      username: " Alice ",
      email: "Alice@Example.org",
      displayName: "Al",
    });
    expect(signedIn.user).toMatchObject({ username: "alice", email: "alice@example.org", displayName: "Al" });
    expect((await actorOf(world, signedIn)).userId).toBe(signedIn.user.id);
    expect(tokenOf(signedIn)).toMatch(/^[\w-]{43}$/);
  });

  it("gives a name and an email once, also to many who ask at once", async () => {
    await using world = await createAuthWorld();
    const attempts = Array.from({ length: 4 }, () => outcomeOf(register(world)));
    const outcomes = await Promise.all(attempts);
    const taken = { reason: "ALREADY_EXISTS", params: { field: "username" } };
    expect(outcomes.filter((outcome) => JSON.stringify(outcome) === JSON.stringify(taken))).toHaveLength(3);
    expect(await countRows(world, "users")).toBe(1);
    await register(world, { username: "bob", email: "b@example.org" });
    expect(await outcomeOf(register(world, { username: "carol", email: "B@example.org" }))).toEqual({
      reason: "ALREADY_EXISTS",
      params: { field: "email" },
    });
  });

  it("keeps a bcrypt hash of 12 rounds, and no token as it is given out", async () => {
    await using world = await createAuthWorld({ passwordHasher: createPasswordHasher({ rounds: 12 }) });
    const signedIn = await register(world);
    const stored = await world.pool.query<{ row: string }>(
      "select u::text as row from users u union all select s::text from sessions s union all select t::text from session_tokens t",
    );
    const text = stored.rows.map(({ row }) => row).join("\n");
    expect(text).toMatch(/\$2[by]\$12\$/);
    expect(text).not.toContain(password);
    expect(text).not.toContain(tokenOf(signedIn));
    expect(text).not.toContain(signedIn.accessToken);
  });

  it("is refused where it is closed, and without an invite where it needs one", async () => {
    const refusal = { reason: "MISSING_PERMISSION", params: { permission: "REGISTRATION" } };
    await using closed = await createAuthWorld({ registration: "closed" });
    expect(await outcomeOf(register(closed, { inviteCode: usableInvite }))).toEqual(refusal);
    await using byInvite = await createAuthWorld({ registration: "invite" });
    expect(await outcomeOf(register(byInvite))).toEqual(refusal);
    const expired = { reason: "INVITE_EXPIRED", params: {} };
    expect(await outcomeOf(register(byInvite, { inviteCode: "unknown222" }))).toEqual(expired);
    expect(await countRows(byInvite, "users")).toBe(0);
  });

  it("joins the invite's server, or leaves nothing behind when the last place went meanwhile", async () => {
    await using world = await createAuthWorld({ registration: "invite" });
    const signedIn = await register(world, { inviteCode: usableInvite });
    expect(world.joined).toEqual([signedIn.user.id]);
    const late = register(world, { username: "bob", inviteCode: crowdedInvite });
    expect(await outcomeOf(late)).toEqual({ reason: "INVITE_EXPIRED", params: {} });
    expect(await countRows(world, "users")).toBe(1);
    expect(await countRows(world, "sessions")).toBe(1);
  });
});

describe("login", () => {
  it("takes a username or an email, in any case", async () => {
    await using world = await createAuthWorld();
    const { user } = await register(world, { email: "alice@example.org" });
    for (const username of ["ALICE", "Alice@Example.ORG"]) {
      expect((await login(world, { username })).user.id).toBe(user.id);
    }
  });

  it("answers a wrong password and an unknown name alike, and hashes for both", async () => {
    const hasher = createPasswordHasher({ rounds: 4 });
    const verified: (string | undefined)[] = [];
    const passwordHasher: PasswordHasher = {
      hash: (given) => hasher.hash(given),
      verify: (given, hash) => {
        verified.push(hash);
        return hasher.verify(given, hash);
      },
    };
    await using world = await createAuthWorld({ passwordHasher });
    await register(world);
    expect(await outcomeOf(login(world, { password: "wrong horse" }))).toEqual(refused);
    expect(await outcomeOf(login(world, { username: "nobody" }))).toEqual(refused);
    expect(verified).toEqual([expect.stringMatching(/^\$2/), undefined]);
  });

  it("is not given to a deleted account", async () => {
    await using world = await createAuthWorld();
    await register(world);
    await world.pool.query("update users set deleted_at = now()");
    expect(await outcomeOf(login(world))).toEqual(refused);
  });

  it("limits guessing from one place, and the limit ends", async () => {
    await using world = await createAuthWorld();
    await register(world);
    const stranger = aDevice({ address: "198.51.100.1" });
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await outcomeOf(login(world, { password: "wrong horse" }, stranger))).toEqual(refused);
    }
    expect(await outcomeOf(login(world, {}, stranger))).toMatchObject({ reason: "RATE_LIMITED" });
    advance(hourMs);
    expect(await login(world, {}, stranger)).toMatchObject({ user: { username: "alice" } });
  });

  it("lets nobody lock the owner out of where they are signed in", async () => {
    await using world = await createAuthWorld();
    const home = aDevice({ address: "2001:db8:0:1::1" });
    await register(world, {}, home);
    for (let attempt = 0; attempt < 50; attempt++) {
      const stranger = aDevice({ address: `198.51.100.${attempt}` });
      expect(await outcomeOf(login(world, { password: "wrong horse" }, stranger))).toEqual(refused);
    }
    const elsewhere = aDevice({ address: "203.0.113.1" });
    expect(await outcomeOf(login(world, {}, elsewhere))).toMatchObject({ reason: "RATE_LIMITED" });
    const sameHome = aDevice({ address: "2001:db8:0:1:ffff::2" });
    expect(await login(world, {}, sameHome)).toMatchObject({ user: { username: "alice" } });
  });

  it("keeps as many sessions as an account may have: those used longest ago end", async () => {
    await using world = await createAuthWorld();
    const first = await register(world);
    const second = await login(world);
    await world.pool.query(
      `insert into sessions (id, user_id, last_used_at, expires_at)
       select gen_random_uuid(), $1, now() + interval '1 minute', now() + interval '1 day' from generate_series(1, $2::int)`,
      [first.user.id, limits.sessionsPerUser - 2],
    );
    const firstActor = await actorOf(world, first);
    advance(1_000);
    await login(world);
    expect(await countRows(world, "sessions")).toBe(limits.sessionsPerUser);
    expect(await world.auth.authenticate(first.accessToken)).toEqual(nobody);
    expect(await world.auth.authenticate(second.accessToken)).toMatchObject({ kind: "user" });
    const { userId, sessionId } = firstActor;
    expect(world.signals()).toEqual([{ kind: "sessions-ended", userId, sessionIds: [sessionId] }]);
  });
});

describe("sessions", () => {
  it("are listed with the caller's own marked, and can be ended one by one", async () => {
    await using world = await createAuthWorld();
    const laptop = await register(world, {}, aDevice({ userAgent: "Laptop" }));
    advance(1_000);
    const phone = await login(world, {}, aDevice({ userAgent: "Phone" }));
    const [onLaptop, onPhone] = [await actorOf(world, laptop), await actorOf(world, phone)];
    expect(await world.auth.listSessions(onLaptop)).toMatchObject([
      { id: onPhone.sessionId, userAgent: "Phone", isCurrent: false },
      { id: onLaptop.sessionId, userAgent: "Laptop", isCurrent: true },
    ]);
    await world.auth.revokeSession(onLaptop, onPhone.sessionId);
    expect(await world.auth.authenticate(phone.accessToken)).toEqual(nobody);
    expect(await outcomeOf(refresh(world, tokenOf(phone)))).toEqual(refused);
    expect(await world.auth.authenticate(laptop.accessToken)).toMatchObject({ kind: "user" });
  });

  it("of others cannot be ended", async () => {
    await using world = await createAuthWorld();
    const alice = await actorOf(world, await register(world));
    const bob = await actorOf(world, await register(world, { username: "bob" }));
    expect(await outcomeOf(world.auth.revokeSession(bob, alice.sessionId))).toEqual({
      reason: "NOT_FOUND",
      params: {},
    });
    expect(await countRows(world, "sessions")).toBe(2);
  });

  it("end with logout, and all of them with logoutAll", async () => {
    await using world = await createAuthWorld();
    const browser = aDevice();
    const first = await register(world, { session: "cookie" }, browser);
    const [second, third] = [await login(world), await login(world)];
    await world.auth.logout(await actorOf(world, first), browser);
    expect(browser.jar.token).toBeUndefined();
    expect(await world.auth.authenticate(first.accessToken)).toEqual(nobody);
    await world.auth.logoutAll(await actorOf(world, second), browser);
    for (const { accessToken } of [second, third])
      expect(await world.auth.authenticate(accessToken)).toEqual(nobody);
    expect(await countRows(world, "session_tokens")).toBe(0);
  });

  it("that end while they are refreshed are gone with every token", async () => {
    await using world = await createAuthWorld();
    const first = await register(world);
    const actor = await actorOf(world, first);
    const tabs = await Promise.all(Array.from({ length: 4 }, () => refresh(world, tokenOf(first))));
    await Promise.all([
      ...tabs.map((tab) => outcomeOf(refresh(world, tokenOf(tab)))),
      world.auth.logoutAll(actor, aDevice()),
      ...tabs.map((tab) => outcomeOf(refresh(world, tokenOf(tab)))),
    ]);
    expect(await countRows(world, "sessions")).toBe(0);
    expect(await countRows(world, "session_tokens")).toBe(0);
    expect(await world.auth.authenticate(first.accessToken)).toEqual(nobody);
  });

  it("are cleaned away once expired, with a word to whoever still listens", async () => {
    await using world = await createAuthWorld();
    const old = await actorOf(world, await register(world));
    advance(timing.refreshTokenSeconds * 1_000 - hourMs);
    const fresh = await login(world);
    advance(2 * hourMs);
    await world.auth.deleteExpired();
    expect(await countRows(world, "sessions")).toBe(1);
    expect(await countRows(world, "session_tokens")).toBe(1);
    expect(world.signals()).toEqual([
      { kind: "sessions-ended", userId: old.userId, sessionIds: [old.sessionId] },
    ]);
    expect(await refresh(world, tokenOf(fresh))).toMatchObject({ user: { username: "alice" } });
  });
});

describe("changePassword", () => {
  it("ends all other sessions, and the old password with them", async () => {
    await using world = await createAuthWorld();
    const [here, there] = [await register(world), await login(world)];
    const change = { currentPassword: password, newPassword: "a better horse" };
    await world.auth.changePassword(await actorOf(world, here), aDevice().caller, change);
    expect(await world.auth.authenticate(there.accessToken)).toEqual(nobody);
    expect(await world.auth.authenticate(here.accessToken)).toMatchObject({ kind: "user" });
    expect(await outcomeOf(login(world))).toEqual(refused);
    expect(await login(world, { password: "a better horse" })).toMatchObject({ user: { username: "alice" } });
  });

  it("needs the current password, and bounds the guessing at it", async () => {
    await using world = await createAuthWorld();
    const actor = await actorOf(world, await register(world));
    const attempts: unknown[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      const change = { currentPassword: "wrong horse", newPassword: "a better horse" };
      attempts.push(await outcomeOf(world.auth.changePassword(actor, aDevice().caller, change)));
    }
    expect(attempts[0]).toMatchObject({
      reason: "INVALID_INPUT",
      params: { issues: [{ path: "currentPassword" }] },
    });
    expect(attempts[5]).toMatchObject({ reason: "RATE_LIMITED" });
  });

  it("does not wait in a circle with a refresh, which holds its session and asks for the account", async () => {
    await using world = await createAuthWorld();
    const actor = await actorOf(world, await register(world));
    const { userId, sessionId } = await actorOf(world, await login(world));
    const refreshing = await world.pool.connect();
    await refreshing.query("begin");
    await refreshing.query("select 1 from sessions where id = $1 for update", [sessionId]);
    const change = { currentPassword: password, newPassword: "a better horse" };
    const changing = world.auth.changePassword(actor, aDevice().caller, change);
    const isWaiting =
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    await expect.poll(async () => (await world.pool.query(isWaiting)).rowCount).toBe(1);
    await refreshing.query(
      "insert into session_tokens (id, session_id, user_id, expires_at) values ('new', $1, $2, now())",
      [sessionId, userId],
    );
    await refreshing.query("commit");
    refreshing.release();
    await changing;
    expect(await countRows(world, "sessions")).toBe(1);
  });

  it("leaves no session to whoever signed in with the old password meanwhile", async () => {
    const hasher = createPasswordHasher({ rounds: 4 });
    let beforeAnswer = (): Promise<void> => Promise.resolve();
    const passwordHasher: PasswordHasher = {
      hash: (given) => hasher.hash(given),
      async verify(given, hash) {
        const isRight = await hasher.verify(given, hash);
        await beforeAnswer();
        return isRight;
      },
    };
    await using world = await createAuthWorld({ passwordHasher });
    const actor = await actorOf(world, await register(world));
    beforeAnswer = async () => {
      beforeAnswer = () => Promise.resolve();
      const change = { currentPassword: password, newPassword: "a better horse" };
      await world.auth.changePassword(actor, aDevice().caller, change);
    };
    expect(await outcomeOf(login(world))).toEqual(refused);
    expect(await countRows(world, "sessions")).toBe(1);
  });
});

it("finds accounts and sessions by an index", async () => {
  await using world = await createAuthWorld();
  const { accountByLogin, liveSession } = createAuthRepo(world.db).hotStatements;
  for (const statement of [accountByLogin, liveSession]) await expectIndexed(world.pool, statement);
});
