import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { timing } from "#shared/limits.ts";
import { aDevice, createAuthWorld, outcomeOf } from "#tests/support/auth-world.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";

import {
  actorOf,
  advance,
  countRows,
  hourMs,
  nobody,
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

describe("refresh", () => {
  it("gives a new token each time, and the session lives on", async () => {
    await using world = await createAuthWorld();
    const first = await register(world);
    let token = tokenOf(first);
    for (let day = 0; day < 10; day++) {
      advance(24 * hourMs);
      const refreshed = await refresh(world, token);
      expect(tokenOf(refreshed)).not.toBe(token);
      expect(await actorOf(world, refreshed)).toMatchObject({ userId: first.user.id });
      token = tokenOf(refreshed);
    }
    expect(await countRows(world, "sessions")).toBe(1);
  });

  it("keeps two tabs signed in that use the same token at once", async () => {
    await using world = await createAuthWorld();
    const token = tokenOf(await register(world));
    const both = await Promise.all([refresh(world, token), refresh(world, token)]);
    advance(hourMs);
    const again = await Promise.all(both.map((tab) => refresh(world, tokenOf(tab))));
    const actors = await Promise.all(again.map((tab) => actorOf(world, tab)));
    expect(actors[0]).toEqual(actors[1]);
  });

  it("ends the session with all that came from it when an exchanged token is used again later", async () => {
    await using world = await createAuthWorld();
    const first = await register(world);
    const second = await refresh(world, tokenOf(first));
    const third = await refresh(world, tokenOf(second));
    const actor = await actorOf(world, third);
    advance(timing.refreshReuseGraceMs + 1);
    expect(await outcomeOf(refresh(world, tokenOf(first)))).toEqual(refused);
    expect(await outcomeOf(refresh(world, tokenOf(third)))).toEqual(refused);
    expect(await world.auth.authenticate(third.accessToken)).toEqual(nobody);
    expect(await countRows(world, "session_tokens")).toBe(0);
    expect(world.warnings).toHaveLength(1);
    expect(world.signals()).toEqual([
      { kind: "sessions-ended", userId: actor.userId, sessionIds: [actor.sessionId] },
    ]);
  });

  it("ends the session at once when an exchanged token is used again after what came instead was used", async () => {
    await using world = await createAuthWorld();
    const first = await register(world);
    const second = await refresh(world, tokenOf(first));
    const third = await refresh(world, tokenOf(second));
    expect(await outcomeOf(refresh(world, tokenOf(first)))).toEqual(refused);
    expect(await outcomeOf(refresh(world, tokenOf(third)))).toEqual(refused);
    expect(await countRows(world, "sessions")).toBe(0);
  });

  it("gives another token when the answer with the first was lost", async () => {
    await using world = await createAuthWorld();
    const token = tokenOf(await register(world));
    await refresh(world, token);
    advance(timing.refreshReuseGraceMs - 1);
    const again = await refresh(world, token);
    expect(await actorOf(world, await refresh(world, tokenOf(again)))).toBeDefined();
  });

  it("does not give new tokens for the same one without end", async () => {
    await using world = await createAuthWorld();
    const token = tokenOf(await register(world));
    const outcomes: unknown[] = [];
    for (let tab = 0; tab < 30; tab++) outcomes.push(await outcomeOf(refresh(world, token)));
    const last = outcomes.at(-1);
    expect(last).toMatchObject({ reason: "RATE_LIMITED" });
    expect(await countRows(world, "session_tokens")).toBeLessThanOrEqual(22);
    expect(await countRows(world, "sessions")).toBe(1);
  });

  it("refuses a token that is unknown or expired", async () => {
    await using world = await createAuthWorld();
    const token = tokenOf(await register(world));
    expect(await outcomeOf(refresh(world, `${token}x`))).toEqual(refused);
    expect(await outcomeOf(refresh(world))).toEqual(refused);
    advance(timing.refreshTokenSeconds * 1_000 + 1);
    expect(await outcomeOf(refresh(world, token))).toEqual(refused);
  });

  it("goes by the server's clock, whatever the system's says", async () => {
    const clock = new FakeClock(Date.UTC(2020, 0, 1));
    await using world = await createAuthWorld({ clock });
    const first = await register(world);
    clock.advance(timing.refreshTokenSeconds * 1_000 - 1);
    const second = await refresh(world, tokenOf(first));
    clock.advance(timing.refreshTokenSeconds * 1_000 + 1);
    expect(await outcomeOf(refresh(world, tokenOf(second)))).toEqual(refused);
  });

  it("moves a browser's token from cookie to cookie, never into the answer", async () => {
    await using world = await createAuthWorld();
    const browser = aDevice();
    const signedIn = await register(world, { session: "cookie" }, browser);
    const first = browser.jar.token;
    const refreshed = await refresh(world, undefined, browser);
    expect([signedIn.refreshToken, refreshed.refreshToken]).toEqual([undefined, undefined]);
    expect(browser.jar.token).toMatch(/^[\w-]{43}$/);
    expect(browser.jar.token).not.toBe(first);
    expect(browser.jar.expiresAt).toEqual(new Date(Date.now() + timing.refreshTokenSeconds * 1_000));
  });

  it("takes a cookie away only when its token is no good", async () => {
    await using world = await createAuthWorld();
    const browser = aDevice();
    await register(world, { session: "cookie" }, browser);
    const kept = browser.jar.token;
    expect(await outcomeOf(refresh(world, "unknown", browser))).toEqual(refused);
    for (let tab = 0; tab < 30; tab++) {
      await outcomeOf(
        refresh(world, undefined, {
          ...browser,
          refreshCookie: { ...browser.refreshCookie, write: () => undefined },
        }),
      );
    }
    expect(browser.jar.token).toBe(kept);
    await world.pool.query("delete from sessions");
    expect(await outcomeOf(refresh(world, undefined, browser))).toEqual(refused);
    expect(browser.jar.token).toBeUndefined();
  });
});
