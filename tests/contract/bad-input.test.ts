/**
 * Every procedure with wrong, missing, oversized and foreign input: each is refused with a reason of the catalogue, and
 * nothing is stored. The table below names every field of every procedure; a procedure without a row fails.
 */
import { isReason } from "#shared/errors.ts";
import { aMember, anAdmin, aServer, type TestUser } from "#tests/support/builders.ts";
import {
  foreignId,
  type Kind,
  procedures,
  procedureTable,
  type Row,
  type Things,
} from "#tests/support/procedure-table.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { storedState } from "#tests/support/stored-state.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const tooLong = "x".repeat(20_000);

const wrongValues: Record<Kind, [name: string, value: unknown][]> = {
  id: [
    ["a number", 42],
    ["null", null],
    ["no UUID", "general"],
    ["another UUID version", "9b2d4c3e-7f61-4a5b-8c9d-0e1f2a3b4c5d"],
    ["an object", { $ne: null }],
    ["a foreign id", foreignId],
  ],
  uuid: [
    ["a number", 42],
    ["null", null],
    ["no UUID", "general"],
    ["nobody's", "01890a5d-ac96-474b-8cce-b302099a8057"],
  ],
  flag: [
    ["a number", 1],
    ["a word", "yes"],
    ["null", null],
  ],
  text: [
    ["a number", 42],
    ["too long", tooLong],
    ["with U+0000", "a\u0000b"],
    ["a list", ["a"]],
  ],
  word: [
    ["a number", 42],
    ["null", null],
    ["an unknown word", "no such word"],
    ["too long", tooLong],
  ],
  integer: [
    ["a word", "many"],
    ["a fraction", 1.5],
    ["below zero", -1],
    ["beyond", 1e15],
  ],
  list: [
    ["an object", {}],
    ["too long", Array.from({ length: 2_000 }, () => ({ id: foreignId, parentId: null }))],
    ["of words", ["a"]],
    ["of foreign ids", [{ id: foreignId, parentId: null }]],
  ],
  object: [
    ["a word", "role"],
    ["null", null],
    ["empty", {}],
    ["a foreign target", { type: "role", id: foreignId }],
  ],
  bits: [
    ["a number", 1],
    ["a word", "all"],
    ["below zero", "-1"],
    ["too long", "9".repeat(100)],
  ],
};

let server: TestServer;
let alice: TestUser;
let things: Things;

beforeAll(async () => {
  server = await startTestServer();
  alice = await anAdmin(server, { username: "alice" });
  const made = await aServer(alice);
  const { serverId, channelId, everyoneId } = made;
  const bob = await aMember(server, made, { username: "bob" });
  const { id: messageId } = await alice.client.api.messages.send.mutate({
    channelId,
    content: "a first message",
  });
  const { code } = await alice.client.api.invites.create.mutate({ serverId });
  const { id: roleId } = await alice.client.api.roles.create.mutate({
    serverId,
    name: "Readers",
    permissions: "1",
  });
  things = { serverId, channelId, messageId, everyoneId, roleId, memberId: bob.id, code };
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Ids that only narrow an answer: a foreign one is a right question with an empty answer. */
const harmlessForeignIds = new Set([
  "audit.list actorId",
  "audit.list targetUserId",
  "audit.list cursor",
  "members.list cursor",
  "audit.list actorId",
  "audit.list targetUserId",
  "audit.list cursor",
  "messages.list before",
  "messages.list after",
  "messages.list around",
  "messages.send nonce",
  "messages.search authorId",
  "messages.search before",
  "messages.search after",
  "messages.search cursor",
  "reads.ack messageId",
  "members.unban userId",
  "voice.leave voiceSessionId",
  "admin.accounts cursor",
  "admin.servers cursor",
  "admin.audit cursor",
]);

const nullable = new Set([
  "audit.list cursor",
  "members.list cursor",
  "audit.list actorId",
  "audit.list targetUserId",
  "audit.list cursor",
  "messages.search cursor",
  "admin.accounts cursor",
  "admin.servers cursor",
  "admin.audit cursor",
  "channels.create parentId",
  "channels.update parentId",
]);

const isOptional = (kind: string): boolean => kind.endsWith("?");
const isKind = (word: string): word is Kind => Object.hasOwn(wrongValues, word);
const kindOf = (kind: string): Kind => {
  const word = kind.replace("?", "");
  if (isKind(word)) return word;
  throw new Error(`there are no wrong values of the kind ${word}`);
};

const casesOf = (path: string, { fields, right }: Row): [name: string, input: unknown][] => {
  const cases: [string, unknown][] = [["input that is a list", [1, 2]]];
  for (const [field, kind] of Object.entries(fields)) {
    const key = `${path} ${field}`;
    if (!isOptional(kind)) {
      const { [field]: _, ...rest } = right(things);
      cases.push([`${field} missing`, rest]);
    }
    for (const [name, value] of wrongValues[kindOf(kind)]) {
      if (name === "a foreign id" && harmlessForeignIds.has(key)) continue;
      if (name === "null" && nullable.has(key)) continue;
      cases.push([`${field}: ${name}`, { ...right(things), [field]: value }]);
    }
  }
  return Object.keys(fields).length === 0 ? [] : cases;
};

describe("bad input", () => {
  it("has a row for every procedure", () => {
    expect(procedures.map(({ path }) => path).toSorted()).toEqual(Object.keys(procedureTable).toSorted());
  });

  it.each(procedures)(
    "$path refuses each fault with a reason, and stores nothing",
    async ({ path, type }) => {
      const row = procedureTable[path];
      if (!row) throw new Error(`no row for ${path}`);
      const before = await storedState(server.database);
      const answers: Record<string, string | undefined> = {};
      for (const [name, input] of casesOf(path, row)) {
        const answer = await callRaw(server.url, {
          type,
          path,
          input,
          token: row.signedOut ? undefined : await alice.token(),
        });
        answers[name] = answer.reason;
        expect(answer, `${name}: ${JSON.stringify(answer)}`).not.toHaveProperty("data");
        expect(isReason(answer.reason), `${name} answered ${answer.status} ${answer.reason}`).toBe(true);
        expect(answer.reason, name).not.toBe("INTERNAL");
        expect(answer.status, name).toBeLessThan(500);
      }
      expect(await storedState(server.database), "something was stored").toBe(before);
    },
  );

  const takesNothing = ({ path }: { path: string }): boolean => {
    const row = procedureTable[path];
    return row?.signedOut === true && Object.keys(row.fields).length === 0;
  };

  it("is not possible where everybody may ask and nothing is taken", () => {
    expect(procedures.filter(takesNothing).map(({ path }) => path)).toEqual(["instance.info"]);
  });

  const refusing = procedures.filter((procedure) => !takesNothing(procedure));

  it.each(refusing)("$path refuses a caller who is not signed in", async ({ path, type }) => {
    const row = procedureTable[path];
    if (!row) throw new Error(`no row for ${path}`);
    const before = await storedState(server.database);
    const input = row.signedOut ? { unknown: true } : row.right(things);
    const answer = await callRaw(server.url, { type, path, input });
    const expected = row.signedOut ? ["INVALID_INPUT", "UNAUTHENTICATED"] : ["UNAUTHENTICATED"];
    expect(expected).toContain(answer.reason);
    expect(await storedState(server.database)).toBe(before);
  });
});
