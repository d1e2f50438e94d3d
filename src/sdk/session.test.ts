import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aSignedIn, createFakeClient, credentials } from "#tests/support/fake-client.ts";
import { FakeRefusal } from "#tests/support/fake-http.ts";
import { aMe, channelId } from "#tests/support/wire-objects.ts";
import { reasonOf, type SessionState } from "./index.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const unauthenticated = () => new FakeRefusal({ reason: "UNAUTHENTICATED", params: {} });
const tokenExpired = () => new FakeRefusal({ reason: "TOKEN_EXPIRED", params: {} });

/** Lets everything that needs no more than a moment come to its end. */
const settle = () => vi.advanceTimersByTimeAsync(50);
const settled = async <T>(promise: Promise<T>): Promise<T> => {
  const [value] = await Promise.all([promise, settle()]);
  return value;
};

test("a login signs in, and calls carry its token", async () => {
  using fake = createFakeClient({ "users.me": ({ token }) => aMe(2, { customStatus: token }) });
  await settled(fake.client.session.login(credentials));
  expect(fake.client.session.state.get()).toEqual({ kind: "signed-in", user: aMe(2) });
  expect(await settled(fake.client.api.users.me.query())).toMatchObject({ customStatus: "access-1" });
  expect(fake.http.callsOf("auth.login")[0]?.input).toEqual({ ...credentials, session: "cookie" });
});

test("a refused login says why and signs nobody in", async () => {
  using fake = createFakeClient({
    "auth.login": () => {
      throw unauthenticated();
    },
    "auth.refresh": () => {
      throw unauthenticated();
    },
  });
  await settled(fake.client.session.restore());
  const error: unknown = await settled(
    fake.client.session.login(credentials).catch((cause: unknown) => cause),
  );
  expect(reasonOf(error)).toMatchObject({ reason: "UNAUTHENTICATED", params: {} });
  expect(fake.client.session.state.get()).toEqual({ kind: "signed-out", cause: "none" });
});

test("one refresh answers all the calls that find their token expired, and each is made once more", async () => {
  using fake = createFakeClient({
    "users.me": ({ token }) => {
      if (token === "access-1") throw tokenExpired();
      return aMe(2, { customStatus: token });
    },
    "servers.list": ({ token }) => {
      if (token === "access-1") throw tokenExpired();
      return [];
    },
  });
  await settled(fake.client.session.login(credentials));
  const { api } = fake.client;
  const answers = await settled(
    Promise.all([api.users.me.query(), api.servers.list.query(), api.users.me.query(), api.users.me.query()]),
  );
  expect(answers.map((answer) => ("id" in answer ? answer.customStatus : answer))).toEqual([
    "access-2",
    [],
    "access-2",
    "access-2",
  ]);
  expect(fake.http.callsOf("auth.refresh")).toHaveLength(1);
  expect(fake.http.callsOf("servers.list")).toHaveLength(2);
});

test("a call that is refused again after the refresh is not made a third time", async () => {
  using fake = createFakeClient({
    "users.me": () => {
      throw tokenExpired();
    },
  });
  await settled(fake.client.session.login(credentials));
  const error: unknown = await settled(fake.client.api.users.me.query().catch((cause: unknown) => cause));
  expect(reasonOf(error)).toMatchObject({ reason: "TOKEN_EXPIRED" });
  expect(fake.http.callsOf("users.me")).toHaveLength(2);
});

test("a token is refreshed by itself before it expires", async () => {
  using fake = createFakeClient({ "users.me": ({ token }) => aMe(2, { customStatus: token }) });
  await settled(fake.client.session.login(credentials));
  await vi.advanceTimersByTimeAsync(14.5 * 60_000);
  expect(fake.http.callsOf("auth.refresh")).toHaveLength(1);
  expect(await settled(fake.client.api.users.me.query())).toMatchObject({ customStatus: "access-2" });
  await vi.advanceTimersByTimeAsync(14.5 * 60_000);
  expect(fake.http.callsOf("auth.refresh")).toHaveLength(2);
});

test("a clock that is wrong by hours costs no more than a refresh in each lifetime", async () => {
  const anHourAgo = () =>
    aSignedIn(1, { accessTokenExpiresAt: new Date(Date.now() - 3_600_000).toISOString() });
  using fake = createFakeClient({ "auth.login": anHourAgo, "auth.refresh": anHourAgo });
  await settled(fake.client.session.login(credentials));
  await vi.advanceTimersByTimeAsync(14.5 * 60_000);
  expect(fake.http.callsOf("auth.refresh")).toHaveLength(1);
});

test("a clock that is ahead by nearly a token's lifetime costs no more either", async () => {
  const aMomentAhead = () =>
    aSignedIn(1, { accessTokenExpiresAt: new Date(Date.now() + 2_000).toISOString() });
  using fake = createFakeClient({
    "auth.login": aMomentAhead,
    "auth.refresh": aMomentAhead,
    "users.me": () => aMe(2),
  });
  await settled(fake.client.session.login(credentials));
  for (let call = 0; call < 5; call += 1) await settled(fake.client.api.users.me.query());
  expect(fake.http.callsOf("auth.refresh")).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(14.5 * 60_000);
  expect(fake.http.callsOf("auth.refresh")).toHaveLength(1);
});

test("a refresh token that comes after the client was closed is handed out all the same: the one before is used up", async () => {
  const kept: (string | null)[] = [];
  using fake = createFakeClient(
    { "auth.refresh": () => aSignedIn(1, { refreshToken: "refresh-1" }) },
    { session: "body", refreshToken: "refresh-0", onRefreshToken: (token) => kept.push(token) },
  );
  const restored = fake.client.session.restore();
  fake.client.close();
  await settled(restored);
  expect(fake.http.callsOf("auth.refresh")).toHaveLength(1);
  expect(kept).toEqual(["refresh-1"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a refresh that finds no network signs nobody out, and is tried again", async () => {
  using fake = createFakeClient();
  await settled(fake.client.session.login(credentials));
  fake.http.isDown = true;
  await vi.advanceTimersByTimeAsync(16 * 60_000);
  const error: unknown = await settled(fake.client.api.users.me.query().catch((cause: unknown) => cause));
  expect(reasonOf(error)).toEqual({ reason: "NETWORK" });
  expect(fake.client.session.state.get().kind).toBe("signed-in");
  fake.http.isDown = false;
  await vi.advanceTimersByTimeAsync(16_000);
  expect(fake.http.callsOf("auth.refresh").length).toBeGreaterThanOrEqual(1);
  expect(fake.client.session.state.get().kind).toBe("signed-in");
});

test("a refresh that the server refuses ends the session", async () => {
  let isRevoked = false;
  using fake = createFakeClient({
    "users.me": () => {
      if (isRevoked) throw unauthenticated();
      return aMe(2);
    },
    "auth.refresh": () => {
      throw unauthenticated();
    },
  });
  await settled(fake.client.session.login(credentials));
  isRevoked = true;
  const error: unknown = await settled(fake.client.api.users.me.query().catch((cause: unknown) => cause));
  expect(reasonOf(error)).toMatchObject({ reason: "UNAUTHENTICATED" });
  expect(fake.client.session.state.get()).toEqual({ kind: "signed-out", cause: "ended" });
});

test("a restore goes on trying while the server cannot be reached, and says so", async () => {
  using fake = createFakeClient();
  fake.http.isDown = true;
  const seen: SessionState[] = [];
  fake.client.session.state.subscribe((state) => seen.push(state));
  const restored = fake.client.session.restore();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(seen.length).toBeGreaterThanOrEqual(2);
  expect(seen.every(({ kind }) => kind === "restoring")).toBe(true);
  fake.http.isDown = false;
  fake.environment.wake("online");
  expect(await settled(restored)).toEqual({ kind: "signed-in", user: aMe(2) });
});

test("calls made while the session is restored wait for it", async () => {
  using fake = createFakeClient({ "users.me": ({ token }) => aMe(2, { customStatus: token }) });
  expect(await settled(fake.client.api.users.me.query())).toMatchObject({ customStatus: "access-1" });
});

test("a login made while the server could not be reached for a restore counts, and the restore ends", async () => {
  let isRefreshDown = true;
  using fake = createFakeClient({
    "auth.refresh": () => {
      if (isRefreshDown) throw new TypeError("fetch failed");
      return aSignedIn(9, { user: aMe(3) });
    },
  });
  const restored = fake.client.session.restore();
  await settle();
  await settled(fake.client.session.login(credentials));
  isRefreshDown = false;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await restored).toEqual({ kind: "signed-in", user: aMe(2) });
});

test("a browser refreshes one page at a time", async () => {
  using fake = createFakeClient();
  await settled(fake.client.session.restore());
  expect(fake.environment.locked).toEqual(["together-session:http://together.test"]);
});

test("a refresh token that is handed out is replaced at each use and taken back at the end", async () => {
  const kept: (string | null)[] = [];
  let count = 0;
  using fake = createFakeClient(
    { "auth.refresh": () => aSignedIn(1, { refreshToken: `refresh-${(count += 1)}` }) },
    { session: "body", refreshToken: "refresh-0", onRefreshToken: (token) => kept.push(token) },
  );
  await settled(fake.client.session.restore());
  await vi.advanceTimersByTimeAsync(15 * 60_000);
  expect(fake.http.callsOf("auth.refresh").map(({ input }) => input)).toEqual([
    { refreshToken: "refresh-0" },
    { refreshToken: "refresh-1" },
  ]);
  await settled(fake.client.session.logout());
  expect(kept).toEqual(["refresh-1", "refresh-2", null]);
});

test("without a token to restore from nobody is signed in, and public calls work", async () => {
  using fake = createFakeClient({ "invites.preview": ({ token }) => ({ token }) }, { session: "body" });
  expect(fake.client.session.state.get()).toEqual({ kind: "signed-out", cause: "none" });
  expect(await settled(fake.client.api.invites.preview.query({ code: "abcd" }))).toEqual({ token: null });
});

test("a logout ends the session, and is refused while the server cannot be reached", async () => {
  using fake = createFakeClient();
  await settled(fake.client.session.login(credentials));
  fake.http.isDown = true;
  const error: unknown = await settled(fake.client.session.logout().catch((cause: unknown) => cause));
  expect(reasonOf(error)).toEqual({ reason: "NETWORK" });
  expect(fake.client.session.state.get().kind).toBe("signed-in");
  fake.http.isDown = false;
  await settled(fake.client.session.logout());
  expect(fake.http.callsOf("auth.logout")[0]?.token).toBe("access-1");
  expect(fake.client.session.state.get()).toEqual({ kind: "signed-out", cause: "logout" });
});

test("a query waits for a short rate limit and is made once more; a mutation is not", async () => {
  let isFirst = true;
  const limited = () => {
    if (!isFirst) return [];
    isFirst = false;
    throw new FakeRefusal({ reason: "RATE_LIMITED", params: { retryAfterMs: 2_000 } });
  };
  using fake = createFakeClient({ "servers.list": limited, "typing.start": limited });
  await settled(fake.client.session.login(credentials));
  const list = fake.client.api.servers.list.query();
  await vi.advanceTimersByTimeAsync(1_900);
  expect(fake.http.callsOf("servers.list")).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(700);
  expect(await list).toEqual([]);

  isFirst = true;
  const typing = fake.client.api.typing.start.mutate({ channelId: channelId(1) });
  const error: unknown = await settled(typing.catch((cause: unknown) => cause));
  expect(reasonOf(error)).toMatchObject({ reason: "RATE_LIMITED", params: { retryAfterMs: 2_000 } });
});
