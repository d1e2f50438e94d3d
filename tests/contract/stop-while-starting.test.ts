import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { expect, it } from "vitest";
import { createTestDatabase } from "#tests/support/postgres.ts";

const root = join(import.meta.dirname, "../..");
/** The migration runner's lock: whoever holds it is migrating. */
const migrationLock = "1953458290, 1";

it("a start that waits for another process's migration ends at once when it is told to stop", async () => {
  await using database = await createTestDatabase();
  const migrating = new Client({ connectionString: database.connectionString });
  await migrating.connect();
  await migrating.query(`SELECT pg_advisory_lock(${migrationLock})`);
  const child = spawn(process.execPath, ["src/server/main.ts"], {
    cwd: root,
    env: { ...process.env, PORT: "0", HOST: "127.0.0.1", DATABASE_URL: database.connectionString },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line.startsWith("Waiting for another process")) child.kill("SIGTERM");
  }
  expect(await exited).toEqual([0, null]);
  expect(said.at(-1)).toBe("Stopped.");
  await migrating.end();
});
