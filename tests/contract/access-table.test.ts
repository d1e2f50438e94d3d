/** The table of who may call what, asked of a whole server; a route or procedure without a row fails. */
import { accessTable } from "#tests/support/access-table.ts";
import { aWorld, kinds, tokenOf } from "#tests/support/access-world.ts";
import { procedures, procedureTable } from "#tests/support/procedure-table.ts";
import { callRaw, type RawAnswer } from "#tests/support/raw-call.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

let server: TestServer;
let names = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const Missing = z.object({ permission: z.string() });

/** As the table writes it. */
const cellOf = ({ reason, params }: RawAnswer): string => {
  if (reason === undefined) return "ok";
  return reason === "MISSING_PERMISSION" ? Missing.parse(params).permission : reason;
};

/** What cannot be the same twice, or for anybody. */
const inputOf = (path: string, world: Awaited<ReturnType<typeof aWorld>>): unknown => {
  if (path === "auth.register") return { username: `new-${++names}`, password: "correct horse battery" };
  if (path === "auth.login")
    return { username: world.usernameOf("member"), password: "correct horse battery" };
  return procedureTable[path]?.right(world.things);
};

it("has a row for every procedure, and none for what is no procedure", () => {
  const paths = procedures.map(({ path }) => path);
  expect(Object.keys(accessTable).toSorted()).toEqual(paths.toSorted());
});

describe("every procedure for everyone", () => {
  it.each(procedures)("$path", async ({ path, type }) => {
    const row = accessTable[path];
    const answers: Record<string, string> = {};
    for (const kind of kinds) {
      const world = await aWorld(server);
      const token = await tokenOf(server, world, kind);
      answers[kind] = cellOf(await callRaw(server.url, { type, path, input: inputOf(path, world), token }));
    }
    expect(answers).toEqual(row);
  });
});
