import { globSync } from "node:fs";
import { expect, test } from "vitest";
import { findPlace } from "../../tooling/layers/rules.ts";
import { lint, lintPlanted, root } from "./planted-tree.ts";

/** One planted file with one import, and a part of the sentence with which the linter refuses it. */
type Refused = [file: string, statement: string, refusal: string];

const refused: Refused[] = [
  ["src/shared/a.ts", `import "pino";`, "shared may not import pino: shared runs anywhere"],
  ["src/shared/a.ts", `import "node:fs";`, "shared may not import node:fs"],
  ["src/shared/a.ts", `import type { A } from "#server/kernel/a.ts";`, "shared may not import kernel"],
  ["src/shared/a.ts", `import "../sdk/a.ts";`, "shared may not import sdk"],
  ["src/shared/a.ts", `export * from "#sdk/a.ts";`, "shared may not import sdk"],
  ["src/shared/a.ts", `export const a = import("#sdk/a.ts");`, "shared may not import sdk"],
  ["src/shared/a.ts", `export type A = import("#sdk/a.ts").A;`, "shared may not import sdk"],
  ["src/server/kernel/a.ts", `import "#server/database/client.ts";`, "kernel may not import database"],
  ["src/server/kernel/a.ts", `import "../messages/messages.policy.ts";`, "kernel may not import policy"],
  ["src/server/database/a.ts", `import "#server/events/a.ts";`, "database may not import events"],
  ["src/server/database/a.ts", `import "#server/users/users.repo.ts";`, "database may not import repo"],
  ["src/server/events/a.ts", `import "#server/database/a.ts";`, "events may not import database"],
  ["src/server/trpc/a.ts", `import "#server/users/users.service.ts";`, "trpc may not import service"],
  [
    "src/server/messages/messages.router.ts",
    `import "./messages.repo.ts";`,
    "router may not import own repo",
  ],
  [
    "src/server/messages/messages.router.ts",
    `import "#server/users/users.service.ts";`,
    "router may not import service",
  ],
  [
    "src/server/messages/messages.router.ts",
    `import "#server/database/a.ts";`,
    "router may not import database",
  ],
  [
    "src/server/messages/messages.service.ts",
    `import "./messages.repo.ts";`,
    "service may import only types of own repo",
  ],
  [
    "src/server/messages/messages.service.ts",
    `import type { A } from "#server/users/users.repo.ts";`,
    "service may not import repo",
  ],
  [
    "src/server/messages/messages.service.ts",
    `import "#server/database/schema/a.ts";`,
    "service may not import schema",
  ],
  [
    "src/server/messages/messages.service.ts",
    `import "drizzle-orm";`,
    "service may not import drizzle-orm: only repos",
  ],
  [
    "src/server/messages/messages.service.ts",
    `import "./messages.router.ts";`,
    "service may not import own router",
  ],
  ["src/server/messages/cache.ts", `import "./messages.repo.ts";`, "part may import only types of own repo"],
  [
    "src/server/messages/messages.repo.ts",
    `import "./messages.service.ts";`,
    "repo may not import own service",
  ],
  [
    "src/server/messages/messages.repo.ts",
    `import "#server/users/users.repo.ts";`,
    "repo may not import repo",
  ],
  ["src/server/messages/messages.repo.ts", `import "#server/events/a.ts";`, "repo may not import events"],
  [
    "src/server/messages/messages.policy.ts",
    `import { a } from "#server/database/schema/a.ts";`,
    "policy may import only types of schema",
  ],
  ["src/server/messages/messages.policy.ts", `import "node:fs";`, "policy may not import node:fs"],
  [
    "src/server/messages/messages.present.ts",
    `import "./messages.service.ts";`,
    "present may not import own service",
  ],
  [
    "src/server/messages/messages.present.ts",
    `import "pino";`,
    "present may not import pino: a presenter is pure",
  ],
  ["src/server/gateway/a.ts", `import "#server/users/users.repo.ts";`, "gateway may not import repo"],
  [
    "src/server/gateway/a.ts",
    `import type { A } from "#server/database/a.ts";`,
    "gateway may not import database",
  ],
  [
    "src/server/voice/voice.service.ts",
    `import "#server/channels/channels.repo.ts";`,
    "service may not import repo",
  ],
  [
    "src/server/voice/room.ts",
    `import type { A } from "#server/channels/channels.repo.ts";`,
    "part may not import repo",
  ],
  ["src/server/http/a.ts", `import "#server/users/users.repo.ts";`, "http may not import repo"],
  ["src/server/ops/a.ts", `import "#server/database/a.ts";`, "ops may not import database"],
  [
    "src/server/app-router.ts",
    `import "#server/users/users.service.ts";`,
    "app-router may not import service",
  ],
  [
    "src/server/trpc/a.ts",
    `import { s } from "#server/services.ts";`,
    "trpc may import only types of services",
  ],
  [
    "src/server/services.ts",
    `import "./users/users.service.ts";`,
    "services may import only types of service",
  ],
  [
    "src/server/services.ts",
    `import type { A } from "./users/users.repo.ts";`,
    "services may not import repo",
  ],
  ["src/server/together.ts", `import "#client/app/a.ts";`, "together may not import client/app"],
  ["src/server/main.ts", `import "#client/app/a.ts";`, "main may not import client/app"],
  ["src/server/users/a.ts", `import "#server/together.ts";`, "part may not import together"],
  ["src/server/users/a.ts", `import "#server/main.ts";`, "part may not import main"],
  ["src/server/users/a.ts", `import "lucia";`, "part may not import lucia"],
  ["src/server/users/a.ts", `import "oslo/crypto";`, "part may not import oslo"],
  ["src/server/authors/a.ts", `import "oslo/crypto";`, "part may not import oslo"],
  ["src/server/stray.ts", `import "#shared/a.ts";`, "src/server/stray.ts belongs to no place"],
  [
    "src/server/http/a.ts",
    `import type { AppRouter } from "#server/app-router.ts";`,
    "http may not name AppRouter",
  ],
  [
    "tests/support/a.ts",
    `import type { AppRouter } from "#server/app-router.ts";`,
    "tests may not name AppRouter",
  ],
  [
    "src/sdk/a.ts",
    `import { appRouter } from "#server/app-router.ts";`,
    "sdk may import only types of app-router",
  ],
  ["src/sdk/a.ts", `import type { A } from "#server/users/users.service.ts";`, "sdk may not import service"],
  ["src/sdk/a.ts", `import "node:events";`, "sdk may not import node:events"],
  ["src/sdk/a.ts", `import "./react.ts";`, "sdk may not import sdk/react"],
  ["src/client/voice/a.ts", `import "#sdk/react.ts";`, "client/voice may not import sdk/react"],
  ["src/sdk/a.ts", `import "react";`, "sdk may not import react"],
  ["src/sdk/voice-check/a.ts", `import "node:dgram";`, "sdk/voice-check may not import node:dgram"],
  ["src/sdk/voice-check/a.ts", `import "#sdk/index.ts";`, "sdk/voice-check may not import sdk"],
  ["src/cli/a.ts", `import "#server/kernel/a.ts";`, "cli may not import kernel"],
  ["src/cli/a.ts", `import "#sdk/voice/index.ts";`, "cli may not import sdk/voice"],
  ["src/cli/a.ts", `import "./operator/a.ts";`, "cli may not import cli/operator"],
  ["src/cli/admin/a.ts", `import "#sdk/index.ts";`, "cli/operator may not import sdk"],
  [
    "src/client/voice/a.ts",
    `import "#sdk/voice-check/index.ts";`,
    "client/voice may not import sdk/voice-check",
  ],
  [
    "src/client/features/a/a.ts",
    `import type { A } from "#server/app-router.ts";`,
    "client/features may not import app-router",
  ],
  ["src/client/app/a.ts", `import "../../server/kernel/a.ts";`, "client/app may not import kernel"],
  ["src/client/features/a/a.ts", `import "#client/app/a.ts";`, "client/features may not import client/app"],
  ["src/client/ui/a.ts", `import "#sdk/index.ts";`, "client/ui may not import sdk"],
  ["src/client/ui/a.ts", `import type { A } from "#shared/ids.ts";`, "client/ui may not import shared"],
  ["src/client/ui/a.ts", `import "../features/a/a.ts";`, "client/ui may not import client/features"],
  ["src/client/lib/a.ts", `import "#shared/ids.ts";`, "client/lib may not import shared"],
  ["src/client/voice/a.ts", `import "react";`, "client/voice may not import react"],
  [
    "src/client/voice/a.ts",
    `import type { A } from "@tanstack/react-query";`,
    "client/voice may not import @tanstack/react-query",
  ],
  [
    "src/client/voice/a.ts",
    `import "#client/features/a/a.ts";`,
    "client/voice may not import client/features",
  ],
  ["src/client/features/a/a.ts", `import "drizzle-orm";`, "client/features may not import drizzle-orm"],
  [
    "src/client/features/a/a.test.ts",
    `import "#server/kernel/a.ts";`,
    "test of client may not import kernel",
  ],
  ["src/client/stray.ts", `export const a = 1;`, "src/client/stray.ts belongs to no place"],
  ["bench/a.ts", `import "#client/app/a.ts";`, "bench may not import client/app"],
];

const allowed: [file: string, statement: string][] = [
  ["src/server/trpc/a.ts", `import type { S } from "#server/services.ts";`],
  ["src/shared/a.ts", `import "zod";`],
  ["src/shared/contract/a.ts", `import "../ids.ts";`],
  ["src/server/kernel/a.ts", `import "#shared/errors.ts";`],
  ["src/server/database/a.ts", `import "drizzle-orm/node-postgres";`],
  ["src/server/messages/messages.router.ts", `import "./messages.service.ts";`],
  ["src/server/messages/messages.router.ts", `import "#server/trpc/procedures.ts";`],
  ["src/server/messages/messages.service.ts", `import type { D } from "./messages.repo.ts";`],
  ["src/server/messages/messages.service.ts", `import { type B, type C } from "./messages.repo.ts";`],
  ["src/server/messages/messages.service.ts", `import "#server/users/users.service.ts";`],
  ["src/server/messages/messages.service.ts", `import "#server/events/event-log.ts";`],
  ["src/server/messages/messages.repo.ts", `import "drizzle-orm";`],
  ["src/server/messages/messages.repo.ts", `import "#server/database/schema/messages.ts";`],
  ["src/server/messages/messages.service.ts", `import "#server/database/client.ts";`],
  ["src/server/messages/messages.service.ts", `import type { E } from "#server/trpc/context.ts";`],
  ["src/server/http/a.ts", `import { appRouter } from "#server/app-router.ts";`],
  ["src/server/messages/messages.repo.ts", `import "#server/database/client.ts";`],
  ["src/server/messages/messages.present.ts", `import type { A } from "./messages.repo.ts";`],
  ["src/server/messages/messages.present.ts", `import "#server/users/users.present.ts";`],
  ["src/server/messages/messages.db.test.ts", `import "./messages.repo.ts";`],
  ["src/server/auth/a.ts", `import "oslo/crypto";`],
  ["src/server/gateway/a.ts", `import "#server/servers/servers.service.ts";`],
  ["src/server/app-router.ts", `import "#server/messages/messages.router.ts";`],
  ["src/server/together.ts", `import "#server/messages/messages.repo.ts";`],
  ["src/server/main.ts", `import "./together.ts";`],
  ["src/server/together.ts", `import "./compose-services.ts";`],
  ["src/server/compose-services.ts", `import "./messages/messages.repo.ts";`],
  ["src/sdk/a.ts", `import type { AppRouter } from "#server/app-router.ts";`],
  ["src/sdk/react.ts", `import "@trpc/react-query";`],
  ["src/cli/admin/a.ts", `import "#server/kernel/a.ts";\nimport "../operator/a.ts";`],
  ["src/cli/voice-check/a.ts", `import "node:dgram";\nimport "#sdk/index.ts";`],
  ["src/client/features/voice/a.ts", `import "#sdk/voice-check/index.ts";`],
  ["src/client/features/a/a.ts", `import "#sdk/react.ts";`],
  ["src/client/app/a.ts", `import "#client/features/a/a.ts";`],
  ["src/client/features/a/a.ts", `import "#sdk/index.ts";`],
  ["src/client/ui/a.ts", `import "react";`],
  ["src/client/voice/a.ts", `import "#sdk/index.ts";`],
  ["tests/contract/a.ts", `import "#server/main.ts";`],
];

const cases = lintPlanted([
  ...refused.map(([file, statement, refusal]) => ({ file, statement, refusal })),
  ...allowed.map(([file, statement]) => ({ file, statement, refusal: undefined })),
]);

test.each(cases.filter(({ refusal }) => refusal !== undefined))(
  "$file is refused $statement",
  ({ findings, refusal }) => {
    expect(findings).toContainEqual(expect.stringContaining(`layers(imports): ${refusal}`));
  },
);

test.each(cases.filter(({ refusal }) => refusal === undefined))(
  "$file is allowed $statement",
  ({ findings }) => {
    expect(findings.filter((finding) => finding.startsWith("layers"))).toEqual([]);
  },
);

test("a file in a known place is not called a stray", () => {
  expect(findPlace("src/server/messages/messages.service.ts")).toBe("service");
  expect(findPlace("src/stray.ts")).toBeUndefined();
});

test("the linter sees every source file of the project", () => {
  const sources = globSync("{src,tests,bench,tooling,scripts}/**/*.{ts,tsx,mjs}", { cwd: root });
  expect(sources.length).toBeGreaterThan(20);
  expect(lint(root).number_of_files).toBeGreaterThanOrEqual(sources.length);
});
