/** Calls of the auth service in a world of tests, as a device would make them. */
import { vi } from "vitest";
import type { Actor } from "#server/trpc/context.ts";
import { Login, Refresh, Register, type SignedIn } from "#shared/contract/auth.ts";
import { aDevice, type AuthWorld, type TestDevice } from "./auth-world.ts";

export const password = "correct horse";
export const refused = { reason: "UNAUTHENTICATED", params: {} };
export const nobody = { kind: "anonymous", reason: "UNAUTHENTICATED" };
export const hourMs = 60 * 60_000;

export const register = (
  world: AuthWorld,
  input: object = {},
  device: TestDevice = aDevice(),
): Promise<SignedIn> =>
  world.auth.register(device, Register.parse({ username: "alice", password, ...input }));

export const login = (
  world: AuthWorld,
  input: object = {},
  device: TestDevice = aDevice(),
): Promise<SignedIn> => world.auth.login(device, Login.parse({ username: "alice", password, ...input }));

export const refresh = (
  world: AuthWorld,
  refreshToken?: string,
  device: TestDevice = aDevice(),
): Promise<SignedIn> => world.auth.refresh(device, Refresh.parse({ refreshToken }));

export const tokenOf = ({ refreshToken }: SignedIn): string => {
  if (refreshToken === undefined) throw new Error("no refresh token was given");
  return refreshToken;
};

export const actorOf = async (world: AuthWorld, { accessToken }: SignedIn): Promise<Actor> => {
  const principal = await world.auth.authenticate(accessToken);
  if (principal.kind !== "user") throw new Error(principal.reason);
  return principal.actor;
};

export const countRows = async (
  world: AuthWorld,
  table: "users" | "sessions" | "session_tokens",
): Promise<number> => {
  const { rows } = await world.pool.query<{ count: number }>(`select count(*)::int as count from ${table}`);
  return rows[0]?.count ?? 0;
};

export const advance = (ms: number): void => void vi.setSystemTime(Date.now() + ms);
