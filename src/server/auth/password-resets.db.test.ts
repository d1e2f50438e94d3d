import { describe, expect, it } from "vitest";
import { limits } from "#shared/limits.ts";
import { password } from "#tests/support/auth-calls.ts";
import { aDevice, outcomeOf } from "#tests/support/auth-world.ts";
import {
  type Account,
  createInstanceWorld,
  type InstanceWorld,
  publicUrl,
} from "#tests/support/instance-world.ts";

const notFound = { reason: "NOT_FOUND", params: {} };
const disabled = { reason: "ACCOUNT_DISABLED", params: {} };
const unauthenticated = { reason: "UNAUTHENTICATED", params: {} };
const expired = { reason: "LINK_EXPIRED", params: {} };

describe("a link to a new password", () => {
  const tokenIn = (url: string): string => url.replace(`${publicUrl}/reset#`, "");
  const reset = (world: InstanceWorld, token: string) =>
    outcomeOf(world.auth.resetPassword(aDevice().caller, { token, newPassword: "a better horse" }));

  it("sets it once, and ends all sessions of the account", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    const { url, expiresAt } = await world.admin.createResetLink(alice, bob.userId);
    expect(url).toMatch(/^https:\/\/chat\.example\.org\/reset#[\w-]{43}$/);
    expect(Date.parse(expiresAt) - world.clock.nowMs()).toBe(limits.resetLinkSeconds * 1_000);
    expect(await reset(world, tokenIn(url))).toBeUndefined();
    expect(world.signals).toEqual([
      { kind: "sessions-ended", userId: bob.userId, sessionIds: [bob.sessionId] },
    ]);
    expect(await outcomeOf(world.signIn("bob", password))).toEqual(unauthenticated);
    expect(await world.signIn("bob", "a better horse")).toMatchObject({ user: { id: bob.userId } });
    expect(await reset(world, tokenIn(url))).toEqual(expired);
    expect(await world.log()).toMatchObject([
      { action: "admin.createResetLink", target: { type: "account", name: "bob" }, after: { expiresAt } },
    ]);
    const { rows } = await world.database.pool.query<{ all: string }>(
      "select string_agg(a::text, ' ') as all from audit_log a",
    );
    expect(rows[0]?.all).not.toContain(tokenIn(url));
  });

  it("is used by one of two at once", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    const token = tokenIn((await world.admin.createResetLink(alice, bob.userId)).url);
    const outcomes = await Promise.all([reset(world, token), reset(world, token)]);
    expect(outcomes).toContainEqual(expired);
    expect(outcomes).toContain(undefined);
  });

  it("is worth nothing when it is unknown, replaced, or a day old, and is stored as a hash", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    const first = tokenIn((await world.admin.createResetLink(alice, bob.userId)).url);
    const second = tokenIn((await world.admin.createResetLink(alice, bob.userId)).url);
    const { rows } = await world.database.pool.query<{ hash: string }>(
      "select token_hash as hash from password_resets",
    );
    expect(rows.map(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toEqual([true]);
    expect(await reset(world, first)).toEqual(expired);
    expect(await reset(world, "x".repeat(43))).toEqual(expired);
    world.clock.advance(limits.resetLinkSeconds * 1_000);
    expect(await reset(world, second)).toEqual(expired);
    expect(await outcomeOf(world.signIn("bob"))).toMatchObject({ user: { id: bob.userId } });
  });

  it("does not switch an account on again", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    await world.admin.setDisabled(alice, { userId: bob.userId, isDisabled: true });
    const token = tokenIn((await world.admin.createResetLink(alice, bob.userId)).url);
    expect(await reset(world, token)).toBeUndefined();
    expect(await outcomeOf(world.signIn("bob", "a better horse"))).toEqual(disabled);
  });

  it("forgives the guesses at the old password", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    const stranger = aDevice({ address: "198.51.100.1" });
    for (let attempt = 0; attempt < 5; attempt++)
      await outcomeOf(world.signIn("bob", "wrong horse", stranger));
    expect(await outcomeOf(world.signIn("bob", password, stranger))).toMatchObject({
      reason: "RATE_LIMITED",
    });
    await reset(world, tokenIn((await world.admin.createResetLink(alice, bob.userId)).url));
    expect(await world.signIn("bob", "a better horse", stranger)).toMatchObject({
      user: { id: bob.userId },
    });
  });

  const losses: [
    name: string,
    lose: (world: InstanceWorld, owner: Account, maker: Account) => Promise<void>,
  ][] = [
    [
      "is no administrator any more",
      (world, owner, { userId }) => world.admin.setAdmin(owner, { userId, isAdmin: false }),
    ],
    [
      "is disabled",
      (world, owner, { userId }) => world.admin.setDisabled(owner, { userId, isDisabled: true }),
    ],
    ["is gone", (world, owner, { userId }) => world.admin.deleteAccount(owner, userId)],
  ];
  it.each(losses)("is worth nothing when its maker %s", async (_, lose) => {
    await using world = await createInstanceWorld();
    const [alice, mallory] = [await world.anAdmin("alice"), await world.anAdmin("mallory")];
    const token = tokenIn((await world.admin.createResetLink(mallory, alice.userId)).url);
    await lose(world, alice, mallory);
    expect(await reset(world, token)).toEqual(expired);
    expect(await world.signIn("alice")).toMatchObject({ user: { id: alice.userId } });
  });

  it("is worth nothing once the password was changed otherwise", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    const token = tokenIn((await world.admin.createResetLink(alice, bob.userId)).url);
    const change = { currentPassword: password, newPassword: "a horse of my own" };
    await world.auth.changePassword(bob, aDevice().caller, change);
    expect(await reset(world, token)).toEqual(expired);
  });

  it("is for no account that is gone", async () => {
    await using world = await createInstanceWorld();
    const [alice, bob] = [await world.anAdmin("alice"), await world.anAccount("bob")];
    const token = tokenIn((await world.admin.createResetLink(alice, bob.userId)).url);
    await world.admin.deleteAccount(alice, bob.userId);
    expect(await reset(world, token)).toEqual(expired);
    expect(await outcomeOf(world.admin.createResetLink(alice, bob.userId))).toEqual(notFound);
  });
});
