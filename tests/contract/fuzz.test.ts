/**
 * Whatever comes over HTTP is answered with data or with a reason of the catalogue, and never with INTERNAL: 12,000 inputs,
 * half of them any JSON, half of them nearly right. A failure prints the seed that brings it back.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { isReason } from "#shared/errors.ts";
import { httpRouter } from "#server/app-router.ts";
import { aMember, aServer, aUser, password } from "#tests/support/builders.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { requestRaw } from "#tests/support/raw-request.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const inputCount = 12_000;
const timeLimitMs = 20_000;
/** As one batch: a request each would take the most of the time. */
const batchSize = 40;

let server: TestServer;
let token: string;
/** Ids and words that mean something here. */
let known: string[];

beforeAll(async () => {
  server = await startTestServer();
  const alice = await aUser(server, { username: "alice" });
  const made = await aServer(alice);
  const bob = await aMember(server, made, { username: "bob" });
  const { id: messageId } = await alice.client.api.messages.send.mutate({
    channelId: made.channelId,
    content: "one",
  });
  const { code } = await alice.client.api.invites.create.mutate({ serverId: made.serverId });
  const ids = [
    made.serverId,
    made.channelId,
    made.voiceChannelId,
    made.everyoneId,
    alice.id,
    bob.id,
    messageId,
  ];
  known = [
    ...ids,
    code,
    "alice",
    "bob",
    password,
    "text",
    "category",
    "role",
    "member",
    "cookie",
    "away",
    "8191",
  ];
  token = await alice.token();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** These take what the others are tried on away, and would leave nothing to try. */
const isEnding = (path: string): boolean =>
  [
    "auth.logout",
    "auth.logoutAll",
    "auth.changePassword",
    "servers.delete",
    "servers.transferOwnership",
  ].includes(path);

const typeOf = new Map<string, string>(
  z
    .record(z.string(), z.custom<{ _def: { type: string } }>())
    .transform((found) =>
      Object.entries(found).map(([path, { _def }]): [string, string] => [path, _def.type]),
    )
    .parse(httpRouter._def.procedures),
);
const procedures = [...typeOf]
  .map(([path, type]) => ({ path, isQuery: type === "query" }))
  .filter(({ path }) => !isEnding(path));

const fields = [
  "serverId",
  "channelId",
  "messageId",
  "userId",
  "sessionId",
  "code",
  "username",
  "password",
  "email",
  "displayName",
  "inviteCode",
  "session",
  "refreshToken",
  "customStatus",
  "status",
  "name",
  "type",
  "parentId",
  "topic",
  "order",
  "target",
  "allow",
  "deny",
  "content",
  "replyTo",
  "nonce",
  "query",
  "before",
  "after",
  "around",
  "authorId",
  "cursor",
  "limit",
  "nickname",
  "reason",
  "until",
  "deleteMessageSeconds",
  "messageIds",
  "maxUses",
  "expiresInSeconds",
  "id",
  "__proto__",
] as const;

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: "grapheme", maxLength: 50 }),
  fc.constantFrom(
    "\u0000",
    "\ud800",
    "\u202e",
    "' or 1=1 --",
    "%",
    "\\",
    "((",
    '"a',
    "a:*",
    "<->",
    "9".repeat(20),
  ),
);
const knownText = fc.nat().map((index) => known[index % known.length] ?? "");
const anyNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-0, 0.5, 1, 50, 2 ** 31, 2 ** 53, 1e308),
);
const value = fc.oneof(
  { weight: 6, arbitrary: knownText },
  { weight: 2, arbitrary: anyText },
  { weight: 1, arbitrary: fc.uuid({ version: 7 }) },
  { weight: 1, arbitrary: anyNumber },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("role", "member"), id: knownText }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.record({ id: knownText, parentId: fc.option(knownText) }), { maxLength: 5 }),
  },
  { weight: 1, arbitrary: fc.array(knownText, { maxLength: 5 }) },
  {
    weight: 1,
    arbitrary: fc.date().map((date) => (Number.isNaN(date.getTime()) ? "never" : date.toISOString())),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** Every field has the sort of value that it should have, more often than not. */
const nearlyRight = fc
  .dictionary(fc.constantFrom(...fields), value, { minKeys: 1, maxKeys: 12 })
  .chain((noise) =>
    fc
      .record(
        {
          serverId: fc.nat().map(() => known[0]),
          channelId: fc.nat().map(() => known[1]),
          messageId: fc.nat().map(() => known[6]),
          userId: fc.nat().map(() => known[5]),
          content: anyText,
          name: anyText,
          query: anyText,
          limit: fc.nat(200),
          allow: fc.nat().map(String),
          deny: fc.nat().map(String),
        },
        { requiredKeys: [] },
      )
      .map((right) => ({ ...noise, ...right })),
  );
const input = fc.oneof(nearlyRight, fc.jsonValue());

interface Call {
  path: string;
  isQuery: boolean;
  input: unknown;
}

const calls = (isQuery: boolean, maxLength: number): fc.Arbitrary<Call[]> =>
  fc.array(
    fc
      .record({ path: fc.constantFrom(...procedures.filter((one) => one.isQuery === isQuery)), input })
      .map((one) => ({
        ...one.path,
        input: one.input,
      })),
    { minLength: maxLength, maxLength },
  );

/** One batch's answers, a reason or "data" for each of its calls. */
const ask = async (batch: readonly Call[], isQuery: boolean): Promise<string[]> => {
  const inputs = JSON.stringify(Object.fromEntries(batch.map((call, index) => [index, call.input])));
  const url = `${server.url}/api/trpc/${batch.map(({ path }) => path).join(",")}?batch=1`;
  const authorization = `Bearer ${token}`;
  const { text } = isQuery
    ? await requestRaw(`${url}&input=${encodeURIComponent(inputs)}`, { headers: { authorization } })
    : await requestRaw(url, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: inputs,
      });
  const answers: unknown = JSON.parse(text);
  if (!Array.isArray(answers)) return [readAnswer(answers)];
  expect(answers).toHaveLength(batch.length);
  return answers.map(readAnswer);
};

const Answer = z.object({ error: z.object({ data: z.object({ reason: z.string() }) }).optional() });

const readAnswer = (answer: unknown): string => Answer.parse(answer).error?.data.reason ?? "data";

const run = async (
  isQuery: boolean,
  { count, size }: { count: number; size: number },
): Promise<Set<string>> => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(calls(isQuery, size), async (batch) => {
      const outcomes = await ask(batch, isQuery);
      for (const outcome of outcomes) seen.add(outcome);
      const faults = outcomes.filter(
        (outcome) => outcome !== "data" && (!isReason(outcome) || outcome === "INTERNAL"),
      );
      expect(faults).toEqual([]);
    }),
    { numRuns: count / size, plugins: [fc.interruptAfterTimeLimit(timeLimitMs / 2)] },
  );
  return seen;
};

it("answers 9,000 changes with data or a reason, never with INTERNAL", { timeout: 60_000 }, async () => {
  const seen = await run(false, { count: inputCount * 0.75, size: batchSize });
  expect([...seen]).toEqual(expect.arrayContaining(["data", "INVALID_INPUT", "NOT_FOUND"]));
});

it("answers 3,000 questions with data or a reason, never with INTERNAL", { timeout: 60_000 }, async () => {
  // Few at a time: they stand in the address, whose length is bounded.
  const seen = await run(true, { count: inputCount * 0.25, size: 5 });
  expect([...seen]).toEqual(expect.arrayContaining(["data", "INVALID_INPUT", "NOT_FOUND"]));
});

it("keeps half of an emoji from being a fault of ours", async () => {
  const [path, serverId] = ["servers.update", known[0]];
  const answer = await callRaw(server.url, {
    type: "mutation",
    path,
    input: { serverId, name: "a\ud83d" },
    token,
  });
  expect(answer.data).toMatchObject({ name: "a\ufffd" });
});
