/** The table of who may call what, asked of a whole server; a route or procedure without a row fails. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TogetherOptions } from "#server/together.ts";
import { accessTable, routeTable } from "#tests/support/access-table.ts";
import { aWorld, kinds, tokenOf } from "#tests/support/access-world.ts";
import { procedures, procedureTable } from "#tests/support/procedure-table.ts";
import { callRaw, type RawAnswer } from "#tests/support/raw-call.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

let server: TestServer;
let names = 0;
const routes = new Set<string>();
const webDirectory = mkdtempSync(join(tmpdir(), "together-web-"));

beforeAll(async () => {
  writeFileSync(join(webDirectory, "index.html"), "<!doctype html><title>Together</title>");
  const onRoute: TogetherOptions["onRoute"] = ({ method, url }) => {
    const methods = [method].flat();
    // Taken by every method alike.
    if (methods.length > 2) routes.add(`*_${url}`);
    else for (const one of methods) routes.add(`${one}_${url}`);
  };
  server = await startTestServer({}, { webDirectory, onRoute });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(webDirectory, { recursive: true });
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

/** What a caller with this token meets there, as the table writes it. */
const visit = async (route: string, token: string | undefined): Promise<string> => {
  if (route === gatewayRoute) {
    using gateway = await RawGateway.open(server.url, { token: token ?? null });
    gateway.subscribe();
    return await Promise.race([
      gateway.untilItem("READY").then(() => "READY"),
      gateway.untilRefused().catch(() => "neither"),
    ]);
  }
  const [method = "", url = ""] = route.split("_");
  const path = url.replace(":path", "nothing.here").replace("*", "");
  const response = await fetch(server.url + path, {
    method: method === "*" ? "GET" : method,
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
  return String(response.status);
};

/** Taken over from HTTP before there is a route. */
const gatewayRoute = "GET_/gateway";

it("has a row for every HTTP route, and none for what is no route", () => {
  expect(Object.keys(routeTable).toSorted()).toEqual([...routes, gatewayRoute].toSorted());
});

it.each(Object.keys(routeTable))("%s for everyone", async (route) => {
  const answers: Record<string, string> = {};
  for (const kind of kinds) {
    const world = await aWorld(server);
    answers[kind] = await visit(route, await tokenOf(server, world, kind));
  }
  expect(answers).toEqual(routeTable[route]);
});
