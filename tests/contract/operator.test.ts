/** What the operator does through the control socket of a server that serves. */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { OperatorAct } from "#server/admin/operator.service.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { askControlSocket, openControlSocket } from "#server/ops/control-socket.ts";
import { CloseCode } from "#shared/close-codes.ts";
import { aMember, aServer, aUser, password, type TestUser } from "#tests/support/builders.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import { z } from "zod";

const ask = ({ dataDirectory }: TestServer, act: OperatorAct) => askControlSocket(dataDirectory, act);

const signIn = (url: string, username: string, secret = password) =>
  callRaw(url, { type: "mutation", path: "auth.login", input: { username, password: secret } });

const done = { kind: "done" };

const connect = async ({ url }: TestServer, user: TestUser): Promise<RawGateway> => {
  const gateway = await RawGateway.open(url, { token: await user.token() });
  gateway.subscribe();
  await gateway.untilItem("READY");
  return gateway;
};

it("ends the connection of whom it disables, and of nobody else", async () => {
  await using server = await startTestServer();
  await using alice = await aUser(server);
  await using bob = await aUser(server);
  using gateway = await connect(server, alice);
  using other = await connect(server, bob);
  const ending = gateway.untilClosed();
  expect(await ask(server, { act: "disable", userId: alice.id, reason: "Spam" })).toMatchObject(done);
  expect(await ending).toMatchObject({ code: CloseCode.sessionEnded });
  expect(other.closed).toBeUndefined();
  expect(await signIn(server.url, alice.username)).toMatchObject({ reason: "ACCOUNT_DISABLED" });
  expect(await ask(server, { act: "enable", userId: alice.id })).toMatchObject(done);
  expect(await signIn(server.url, alice.username)).toMatchObject({ status: 200 });
});

it("makes administrators, who hear of it, in nobody's name; and keeps the last one", async () => {
  await using server = await startTestServer();
  await using alice = await aUser(server);
  using gateway = await connect(server, alice);
  expect(await ask(server, { act: "claim" })).toMatchObject(done);
  expect(await ask(server, { act: "makeAdmin", userId: alice.id })).toMatchObject(done);
  expect(await gateway.untilItem("ME_UPDATE")).toMatchObject({ d: { isAdmin: true } });
  for (const act of ["removeAdmin", "disable", "deleteAccount"] as const)
    expect(await ask(server, { act, userId: alice.id })).toMatchObject({ reason: "LAST_ADMIN" });
  const { entries } = await alice.client.api.admin.audit.query({});
  expect(entries).toMatchObject([{ action: "admin.setAdmin", actor: null }]);
  expect(await ask(server, { act: "claim" })).toMatchObject({ reason: "LINK_EXPIRED" });
});

it("gives a link to a new password that works once", async () => {
  await using server = await startTestServer();
  await using alice = await aUser(server);
  const answer = await ask(server, { act: "resetLink", userId: alice.id });
  const { result } = z.object({ result: z.object({ url: z.string() }) }).parse(answer);
  const [, token] = result.url.split("/reset#");
  const reset = { type: "mutation", path: "auth.resetPassword" } as const;
  const input = { token, newPassword: "another horse battery" };
  expect(await callRaw(server.url, { ...reset, input })).toMatchObject({ status: 200 });
  expect(await callRaw(server.url, { ...reset, input })).toMatchObject({ reason: "LINK_EXPIRED" });
  expect(await signIn(server.url, alice.username, input.newPassword)).toMatchObject({ status: 200 });
});

it("gives servers to others and deletes them, before the eyes of their members", async () => {
  await using server = await startTestServer();
  await using alice = await aUser(server);
  const harbour = await aServer(alice);
  const { serverId } = harbour;
  await using bob = await aMember(server, harbour);
  using gateway = await connect(server, bob);
  expect(await ask(server, { act: "setOwner", serverId, userId: bob.id })).toMatchObject(done);
  expect(await gateway.untilItem("SERVER_UPDATE")).toMatchObject({ d: { ownerId: bob.id } });
  expect(await ask(server, { act: "deleteAccount", userId: bob.id })).toMatchObject({
    reason: "OWNS_SERVERS",
    params: { names: ["Harbour"] },
  });
  expect(await ask(server, { act: "deleteServer", serverId })).toMatchObject(done);
  expect(await gateway.untilItem("SERVER_DELETE")).toMatchObject({ d: { id: serverId } });
  expect(await ask(server, { act: "deleteServer", serverId })).toMatchObject({ reason: "NOT_FOUND" });
});

it("is reached by its owner alone, understands nothing else, and goes with the server", async () => {
  await using server = await startTestServer();
  const control = join(server.dataDirectory, "control");
  expect((await stat(control)).mode & 0o777).toBe(0o700);
  expect((await stat(join(control, "socket"))).mode & 0o777).toBe(0o600);
  for (const input of [null, {}, { act: "shout" }, { act: "disable", userId: "me" }])
    expect(await askControlSocket(server.dataDirectory, input)).toMatchObject({ reason: "INVALID_INPUT" });
  await server.restart();
  expect(await ask(server, { act: "claim" })).toMatchObject(done);
});

it("takes the place of a socket that a killed server has left, and not that of a living one", async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), "together-control-"));
  const open = (name: string) =>
    openControlSocket({ dataDirectory, logger: silentLogger, answer: () => Promise.resolve(name) });
  const first = await open("first");
  const second = await open("second");
  expect(await askControlSocket(dataDirectory, {})).toEqual({ kind: "done", result: "first" });
  await second.close();
  expect(await askControlSocket(dataDirectory, {})).toEqual({ kind: "done", result: "first" });
  await first.close();
  expect(await askControlSocket(dataDirectory, {})).toBeUndefined();
  expect(await readdir(join(dataDirectory, "control"))).toEqual([]);
  await rm(dataDirectory, { recursive: true });
});
