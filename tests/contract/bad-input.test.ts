/**
 * Every procedure with wrong, missing, oversized and foreign input: each is refused with a reason of the catalogue, and
 * nothing is stored. The table below names every field of every procedure; a procedure without a row fails.
 */
import { isReason } from "#shared/errors.ts";
import { appRouter } from "#server/app-router.ts";
import { aMember, aServer, aUser, type TestUser } from "#tests/support/builders.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

type Kind = "id" | "text" | "word" | "integer" | "list" | "object" | "bits";
/** `?` marks a field that may be left out. */
type Fields = Record<string, Kind | `${Kind}?`>;
interface Row {
  fields: Fields;
  /** An input that is right, for the fields that are not being tried. */
  right: () => Record<string, unknown>;
  signedOut?: boolean;
}

const foreignId = "01890a5d-ac96-774b-bcce-b302099a8057";
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
let bob: TestUser;
let serverId: string;
let channelId: string;
let messageId: string;
let code: string;
let everyoneId: string;

beforeAll(async () => {
  server = await startTestServer();
  alice = await aUser(server, { username: "alice" });
  const made = await aServer(alice);
  ({ serverId, channelId, everyoneId } = made);
  bob = await aMember(server, made, { username: "bob" });
  ({ id: messageId } = await alice.client.api.messages.send.mutate({
    channelId,
    content: "a first message",
  }));
  ({ code } = await alice.client.api.invites.create.mutate({ serverId }));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const newAccount = () => ({ username: "carol", password: "correct horse battery" });
const target = () => ({ type: "role", id: everyoneId });
const inServer = (): Record<string, unknown> => ({ serverId });
const inChannel = (): Record<string, unknown> => ({ channelId });
const onBob = (): Record<string, unknown> => ({ serverId, userId: bob.id });
const none = (): Record<string, unknown> => ({});

const table: Record<string, Row> = {
  "auth.register": {
    fields: {
      username: "text",
      password: "text",
      email: "text?",
      displayName: "text?",
      inviteCode: "text?",
      session: "word?",
    },
    right: newAccount,
    signedOut: true,
  },
  "auth.login": {
    fields: { username: "text", password: "text", session: "word?" },
    right: newAccount,
    signedOut: true,
  },
  "auth.refresh": {
    fields: { refreshToken: "text?" },
    right: () => ({ refreshToken: "unknown" }),
    signedOut: true,
  },
  "auth.logout": { fields: {}, right: none },
  "auth.logoutAll": { fields: {}, right: none },
  "auth.sessions": { fields: {}, right: none },
  "auth.revokeSession": { fields: { sessionId: "id" }, right: () => ({ sessionId: foreignId }) },
  "auth.changePassword": {
    fields: { currentPassword: "text", newPassword: "text" },
    right: () => ({ currentPassword: "wrong password", newPassword: "another password" }),
  },
  "users.me": { fields: {}, right: none },
  "users.get": { fields: { userId: "id" }, right: () => ({ userId: bob.id }) },
  "users.update": { fields: { displayName: "text?", customStatus: "text?" }, right: none },
  "users.setStatus": { fields: { status: "word" }, right: () => ({ status: "away" }) },
  "servers.list": { fields: {}, right: none },
  "servers.get": { fields: { serverId: "id" }, right: inServer },
  "servers.create": { fields: { name: "text" }, right: () => ({ name: "Another" }) },
  "servers.update": { fields: { serverId: "id", name: "text?" }, right: inServer },
  "servers.delete": { fields: { serverId: "id" }, right: inServer },
  "servers.leave": { fields: { serverId: "id" }, right: inServer },
  "servers.transferOwnership": { fields: { serverId: "id", userId: "id" }, right: onBob },
  "members.list": {
    fields: { serverId: "id", query: "text?", cursor: "id?", limit: "integer?" },
    right: inServer,
  },
  "members.setNickname": {
    fields: { serverId: "id", userId: "id", nickname: "text" },
    right: () => ({ ...onBob(), nickname: "Bobby" }),
  },
  "members.kick": { fields: { serverId: "id", userId: "id", reason: "text?" }, right: onBob },
  "members.ban": { fields: { serverId: "id", userId: "id", reason: "text?" }, right: onBob },
  "members.unban": { fields: { serverId: "id", userId: "id" }, right: onBob },
  "members.bans": { fields: { serverId: "id" }, right: inServer },
  "roles.list": { fields: { serverId: "id" }, right: inServer },
  "channels.list": { fields: { serverId: "id" }, right: inServer },
  "channels.create": {
    fields: { serverId: "id", name: "text", type: "word", parentId: "id?", topic: "text?" },
    right: () => ({ serverId, name: "another", type: "text" }),
  },
  "channels.update": {
    fields: { channelId: "id", name: "text?", topic: "text?", parentId: "id?" },
    right: inChannel,
  },
  "channels.delete": { fields: { channelId: "id" }, right: inChannel },
  "channels.reorder": { fields: { serverId: "id", order: "list" }, right: () => ({ serverId, order: [] }) },
  "channels.setOverride": {
    fields: { channelId: "id", target: "object", allow: "bits", deny: "bits" },
    right: () => ({ channelId, target: target(), allow: "0", deny: "0" }),
  },
  "channels.removeOverride": {
    fields: { channelId: "id", target: "object" },
    right: () => ({ channelId, target: target() }),
  },
  "messages.list": {
    fields: { channelId: "id", before: "id?", after: "id?", around: "id?", limit: "integer?" },
    right: inChannel,
  },
  "messages.send": {
    fields: { channelId: "id", content: "text", replyTo: "id?", nonce: "id?" },
    right: () => ({ channelId, content: "hello" }),
  },
  "messages.edit": {
    fields: { messageId: "id", content: "text" },
    right: () => ({ messageId, content: "edited" }),
  },
  "messages.delete": { fields: { messageId: "id" }, right: () => ({ messageId }) },
  "messages.search": {
    fields: {
      channelId: "id",
      query: "text",
      authorId: "id?",
      before: "id?",
      after: "id?",
      limit: "integer?",
      cursor: "id?",
    },
    right: () => ({ channelId, query: "first" }),
  },
  "reads.ack": { fields: { channelId: "id", messageId: "id" }, right: () => ({ channelId, messageId }) },
  "reads.list": { fields: {}, right: none },
  "invites.create": {
    fields: { serverId: "id", maxUses: "integer?", expiresInSeconds: "integer?" },
    right: inServer,
  },
  "invites.preview": { fields: { code: "text" }, right: () => ({ code }), signedOut: true },
  "invites.accept": { fields: { code: "text" }, right: () => ({ code }) },
  "invites.list": { fields: { serverId: "id" }, right: inServer },
  "invites.revoke": { fields: { code: "text" }, right: () => ({ code }) },
  "typing.start": { fields: { channelId: "id" }, right: inChannel },
};

/** Ids that only narrow an answer: a foreign one is a right question with an empty answer. */
const harmlessForeignIds = new Set([
  "members.list cursor",
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
]);

const nullable = new Set([
  "members.list cursor",
  "messages.search cursor",
  "channels.create parentId",
  "channels.update parentId",
]);

const typeOf = (path: string): "query" | "mutation" | undefined => {
  const procedure: unknown = Reflect.get(appRouter._def.procedures, path);
  const definition: unknown = typeof procedure === "function" ? Reflect.get(procedure, "_def") : undefined;
  const type: unknown =
    typeof definition === "object" && definition ? Reflect.get(definition, "type") : undefined;
  return type === "query" || type === "mutation" ? type : undefined;
};

const procedures = Object.keys(appRouter._def.procedures).flatMap((path) => {
  const type = typeOf(path);
  return type ? [{ path, type }] : [];
});

/** Everything stored, as one text: any row that appears, changes or goes shows. */
const storedState = async (): Promise<string> => {
  const { rows } = await server.database.db.execute<{ table_name: string }>(
    sql`select table_name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  const digests = await Promise.all(
    rows.map(async ({ table_name: name }) => {
      const digest = await server.database.db.execute<{ digest: string | null }>(
        sql`select md5(string_agg(t::text, '|' order by t::text)) as digest from ${sql.identifier(name)} t`,
      );
      return `${name} ${digest.rows[0]?.digest}`;
    }),
  );
  return digests.join("\n");
};

const isOptional = (kind: string): boolean => kind.endsWith("?");
const kindOf = (kind: string): Kind => kind.replace("?", "") as Kind;

const casesOf = (path: string, { fields, right }: Row): [name: string, input: unknown][] => {
  const cases: [string, unknown][] = [["input that is a list", [1, 2]]];
  for (const [field, kind] of Object.entries(fields)) {
    const key = `${path} ${field}`;
    if (!isOptional(kind)) {
      const { [field]: _, ...rest } = right();
      cases.push([`${field} missing`, rest]);
    }
    for (const [name, value] of wrongValues[kindOf(kind)]) {
      if (name === "a foreign id" && harmlessForeignIds.has(key)) continue;
      if (name === "null" && nullable.has(key)) continue;
      cases.push([`${field}: ${name}`, { ...right(), [field]: value }]);
    }
  }
  return Object.keys(fields).length === 0 ? [] : cases;
};

describe("bad input", () => {
  it("has a row for every procedure", () => {
    expect(procedures.map(({ path }) => path).toSorted()).toEqual(Object.keys(table).toSorted());
  });

  it.each(procedures)(
    "$path refuses each fault with a reason, and stores nothing",
    async ({ path, type }) => {
      const row = table[path];
      if (!row) throw new Error(`no row for ${path}`);
      const before = await storedState();
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
      expect(await storedState(), "something was stored").toBe(before);
    },
  );

  it.each(procedures)("$path refuses a caller who is not signed in", async ({ path, type }) => {
    const row = table[path];
    if (!row) throw new Error(`no row for ${path}`);
    const before = await storedState();
    const input = row.signedOut ? { unknown: true } : row.right();
    const answer = await callRaw(server.url, { type, path, input });
    const expected = row.signedOut ? ["INVALID_INPUT", "UNAUTHENTICATED"] : ["UNAUTHENTICATED"];
    expect(expected).toContain(answer.reason);
    expect(await storedState()).toBe(before);
  });
});
