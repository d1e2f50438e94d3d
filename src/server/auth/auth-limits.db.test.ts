import { expect, it } from "vitest";
import { Register } from "#shared/contract/auth.ts";
import { aDevice, createAuthWorld } from "#tests/support/auth-world.ts";

it("counts a change of the password for the address like a sign-in, since it costs as much", async () => {
  const counted: string[] = [];
  const takeAuth = (address: string): Promise<void> => Promise.resolve(void counted.push(address));
  await using world = await createAuthWorld({ rateLimits: { takeAuth } });
  const [currentPassword, newPassword] = ["correct horse", "another password"];
  const input = Register.parse({ username: "alice", password: currentPassword });
  const { accessToken } = await world.auth.register(aDevice({ address: "192.0.2.1" }), input);
  const principal = await world.auth.authenticate(accessToken);
  if (principal.kind !== "user") throw new Error("the token is not good");
  const { caller } = aDevice({ address: "198.51.100.7" });
  await world.auth.changePassword(principal.actor, caller, { currentPassword, newPassword });
  expect(counted).toEqual(["192.0.2.1", "198.51.100.7"]);
});
