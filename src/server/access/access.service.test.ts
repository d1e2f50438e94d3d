import { expect, test } from "vitest";
import { RightsCache } from "#server/access/rights-cache.ts";
import type { AccessRepo } from "#server/access/access.repo.ts";
import { AccessService } from "#server/access/access.service.ts";
import type { MemberState, ServerState } from "#server/access/server-state.ts";
import { FakeClock } from "#tests/support/fake-clock.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import type { UserId } from "#shared/ids.ts";
import { DEFAULT_EVERYONE_PERMISSIONS } from "#shared/permissions.ts";

const ids = createIdSource(new FakeClock());
const serverId = ids.serverId();
const everyoneRoleId = ids.roleId();
const everyone = { id: everyoneRoleId, name: "@everyone", color: null };
const owner = ids.userId();
const guest = ids.userId();

const aState = (...members: UserId[]): ServerState => ({
  id: serverId,
  ownerId: owner,
  everyoneRoleId,
  roles: new Map([[everyoneRoleId, { ...everyone, permissions: DEFAULT_EVERYONE_PERMISSIONS, position: 0 }]]),
  channels: new Map(),
  members: new Map(
    members.map((userId): [UserId, MemberState] => [userId, { roleIds: [], timeoutUntil: null }]),
  ),
  rights: new RightsCache(),
});

/** A database whose answers to `findServerState` and `findMember` are given by hand, in the order of the questions. */
const aRepo = () => {
  const loads: PromiseWithResolvers<ServerState | undefined>[] = [];
  const lookUps: PromiseWithResolvers<MemberState | undefined>[] = [];
  const ask = <T>(questions: PromiseWithResolvers<T>[]): Promise<T> => {
    const question = Promise.withResolvers<T>();
    questions.push(question);
    return question.promise;
  };
  const repo: Omit<AccessRepo, "hotStatements"> = {
    findServerState: async () => ask(loads),
    findMember: async () => ask(lookUps),
    findServerOfRole: async () => undefined,
    findServerOfChannel: async () => undefined,
    getServersOfUser: async () => [serverId],
    findMessagePlace: async () => undefined,
  };
  return { access: new AccessService({ repo, repoIn: () => repo, clock: new FakeClock() }), loads, lookUps };
};

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

test("questions at once are one load", async () => {
  const { access, loads } = aRepo();
  const answers = Array.from({ length: 10 }, () => access.requireServer(owner, serverId));
  await settle();
  expect(loads).toHaveLength(1);
  loads[0]?.resolve(aState(owner));
  await expect(Promise.all(answers)).resolves.toHaveLength(10);
  await access.requireServer(owner, serverId);
  expect(loads).toHaveLength(1);
});

test("a change during a load makes it read once more, and the overtaken answer reaches nobody", async () => {
  const { access, loads } = aRepo();
  const answer = access.requireServer(guest, serverId);
  await settle();
  const changed = access.serverChanged(serverId);
  loads[0]?.resolve(aState(owner, guest));
  await settle();
  expect(loads).toHaveLength(2);
  loads[1]?.resolve(aState(owner));
  await changed;
  await expect(answer).rejects.toMatchObject({ reason: "NOT_FOUND" });
});

test("a member's change during a load makes it read once more", async () => {
  const { access, loads } = aRepo();
  const answer = access.requireServer(guest, serverId);
  await settle();
  const changed = access.memberChanged(serverId, guest);
  loads[0]?.resolve(aState(owner, guest));
  await settle();
  loads[1]?.resolve(aState(owner));
  await changed;
  await expect(answer).rejects.toMatchObject({ reason: "NOT_FOUND" });
});

test("a change in the very tick in which a load ends is not taken for that load", async () => {
  const { access, loads } = aRepo();
  let changed: Promise<void> | undefined;
  const answer = access.requireServer(owner, serverId);
  await settle();
  loads[0]?.resolve(aState(owner, guest));
  for (let turn = 0; turn < 8; turn++) {
    await Promise.resolve();
    if (access.peek(serverId)) {
      changed = access.serverChanged(serverId);
      break;
    }
  }
  await settle();
  expect(loads).toHaveLength(2);
  loads[1]?.resolve(aState(owner));
  await Promise.all([answer, changed]);
  await expect(access.requireServer(guest, serverId)).rejects.toMatchObject({ reason: "NOT_FOUND" });
});

test("two members' changes at once, answered in either order, both count", async () => {
  const other = ids.userId();
  const { access, loads, lookUps } = aRepo();
  const answer = access.requireServer(owner, serverId);
  await settle();
  loads[0]?.resolve(aState(owner, guest, other));
  await answer;
  const changes = [access.memberChanged(serverId, guest), access.memberChanged(serverId, other)];
  lookUps[1]?.resolve(undefined);
  await settle();
  lookUps[0]?.resolve(undefined);
  await settle();
  loads[1]?.resolve(aState(owner));
  await Promise.all(changes);
  expect([...(access.peek(serverId)?.members.keys() ?? [])]).toEqual([owner]);
});

test("a member's change that cannot be read leaves no old rights behind", async () => {
  const { access, loads, lookUps } = aRepo();
  const first = access.requireServer(guest, serverId);
  await settle();
  loads[0]?.resolve(aState(owner, guest));
  await first;
  const change = access.memberChanged(serverId, guest);
  lookUps[0]?.reject(new Error("the database is gone"));
  await expect(change).rejects.toThrow("the database is gone");
  const next = access.requireServer(guest, serverId);
  await settle();
  loads[1]?.resolve(aState(owner));
  await expect(next).rejects.toMatchObject({ reason: "NOT_FOUND" });
});

test("a load that fails is tried again by the next question", async () => {
  const { access, loads } = aRepo();
  const first = access.requireServer(owner, serverId);
  await settle();
  loads[0]?.reject(new Error("the database is gone"));
  await expect(first).rejects.toThrow("the database is gone");
  const second = access.requireServer(owner, serverId);
  await settle();
  loads[1]?.resolve(aState(owner));
  await expect(second).resolves.toMatchObject({ serverId });
});

test("a server that is deleted during a load does not come back", async () => {
  const { access, loads } = aRepo();
  const answer = access.requireServer(owner, serverId);
  await settle();
  access.forget(serverId);
  loads[0]?.resolve(aState(owner));
  await settle();
  loads[1]?.resolve(undefined);
  await expect(answer).rejects.toMatchObject({ reason: "NOT_FOUND" });
  expect(access.peek(serverId)).toBeUndefined();
});
