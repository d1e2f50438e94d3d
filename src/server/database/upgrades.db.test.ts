/** Databases that an earlier version has filled, as this one finds them. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccessRepo } from "#server/access/access.repo.ts";
import { createAuditRepo } from "#server/audit/audit.repo.ts";
import { presentAuditEntry } from "#server/audit/audit.present.ts";
import { runMigrations } from "#server/database/migrate.ts";
import { createMessagesRepo } from "#server/messages/messages.repo.ts";
import { ChannelId, MessageId, ServerId, UserId } from "#shared/ids.ts";
import { createTestDatabase } from "#tests/support/postgres.ts";
import { escapeIdentifier, type Pool } from "pg";
import { expect, test } from "vitest";
import { z } from "zod";

const directory = join(import.meta.dirname, "../../../drizzle");
const Journal = z.looseObject({ entries: z.array(z.looseObject({ tag: z.string() })) });

/** The migrations up to this one. */
const migrationsUpTo = async (tag: string) => {
  const copy = await mkdtemp(join(tmpdir(), "together-migrations-"));
  await cp(directory, copy, { recursive: true });
  const path = join(copy, "meta", "_journal.json");
  const { entries, ...rest } = Journal.parse(JSON.parse(await readFile(path, "utf8")));
  const count = entries.findIndex((entry) => entry.tag === tag) + 1;
  await writeFile(path, JSON.stringify({ ...rest, entries: entries.slice(0, count) }));
  return { directory: copy, [Symbol.asyncDispose]: () => rm(copy, { recursive: true }) };
};

const id = (number: number): string => `00000000-0000-7000-8000-${number.toString().padStart(12, "0")}`;
const [owner, server, everyone, category, inside, outside] = [1, 2, 3, 4, 5, 6].map(id);

const filled = `
  insert into users (id, username, display_name, password_hash) values ('${owner}', 'alice', 'Alice', '');
  insert into servers (id, name, owner_id) values ('${server}', 'Garden', '${owner}');
  insert into server_members (server_id, user_id) values ('${server}', '${owner}');
  insert into roles (id, server_id, name, permissions, position, is_everyone)
    values ('${everyone}', '${server}', '@everyone', 1, 0, true);
  insert into channels (id, server_id, type, name, parent_id, position) values
    ('${category}', '${server}', 'category', 'rooms', null, 0),
    ('${inside}', '${server}', 'text', 'inside', '${category}', 1),
    ('${outside}', '${server}', 'text', 'outside', null, 2);
  insert into channel_overrides (channel_id, role_id, allow, deny) values ('${inside}', '${everyone}', 0, 1);
  insert into messages (id, channel_id, author_id, content) values ('${id(7)}', '${inside}', '${owner}', 'hello');
  insert into invites (code, server_id, created_by) values ('abcdefghjk', '${server}', '${owner}');
  insert into audit_log (id, server_id, actor_id, action, target_type, target_id, changes) values
    ('${id(8)}', '${server}', '${owner}', 'channels.create', 'channel', '${inside}', '{"name": "inside"}'),
    ('${id(9)}', '${server}', '${owner}', 'members.kick', 'member', '${id(99)}', null),
    ('${id(10)}', '${server}', '${owner}', 'members.setNickname', 'member', '${owner}',
      '{"before": "old", "after": "new"}');`;

const { entries: steps } = Journal.parse(
  JSON.parse(await readFile(join(directory, "meta/_journal.json"), "utf8")),
);
const latest = steps.at(-1)?.tag ?? "";

type Rows = Record<string, unknown>[];

/** Of each table that has any, in an order that a migration does not change. */
const readRows = async (pool: Pool): Promise<Map<string, Rows>> => {
  const { rows: tables } = await pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by 1",
  );
  const rowsOf = new Map<string, Rows>();
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) as row from ${escapeIdentifier(name)} t order by ctid`,
    );
    if (rows.length > 0)
      rowsOf.set(
        name,
        rows.map(({ row }) => row),
      );
  }
  return rowsOf;
};

/** Every column, constraint and index, in words. */
const describeSchema = async (pool: Pool): Promise<unknown[]> => {
  const { rows } = await pool.query<Record<string, unknown>>(`
    select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns
      where table_schema = 'public'
    union all select conrelid::regclass::text, conname, pg_get_constraintdef(oid), null, null from pg_constraint
      where connamespace = 'public'::regnamespace
    union all select tablename, indexname, indexdef, null, null from pg_indexes where schemaname = 'public'
    order by 1, 2, 3`);
  return rows;
};

test.each(steps.map(({ tag }) => tag).filter((tag) => tag !== latest))(
  "a database of %s keeps every row, and becomes what a new one is",
  async (tag) => {
    await using old = await createTestDatabase("empty");
    await using fresh = await createTestDatabase("empty");
    await using before = await migrationsUpTo(tag);
    await runMigrations({ connectionString: old.connectionString, directory: before.directory });
    await old.pool.query(filled);
    const kept = await readRows(old.pool);
    expect([...kept.keys()]).toEqual(expect.arrayContaining(["audit_log", "messages", "users"]));
    for (const { connectionString } of [old, fresh]) await runMigrations({ connectionString, directory });

    const now = await readRows(old.pool);
    for (const [table, rows] of kept) expect(now.get(table), table).toMatchObject(rows);
    expect(await describeSchema(old.pool)).toEqual(await describeSchema(fresh.pool));
  },
);

test("what was there before roles, categories' overrides and the audit log's pages means what it meant", async () => {
  await using database = await createTestDatabase("empty");
  await using before = await migrationsUpTo("0001_voice");
  const { connectionString, pool, db } = database;
  await runMigrations({ connectionString, directory: before.directory });
  await pool.query(filled);
  await expect(runMigrations({ connectionString, directory })).resolves.toBeGreaterThan(0);

  const state = await createAccessRepo(db).findServerState(ServerId.parse(server));
  expect(state?.channels.get(ChannelId.parse(inside))).toMatchObject({
    followsCategory: false,
    slowModeSeconds: 0,
    overrides: [{ target: { type: "role", id: everyone }, allow: "0", deny: "1" }],
  });
  const rows = await createAuditRepo(db).list({ serverId: ServerId.parse(server), limit: 10 });
  expect(rows.map(presentAuditEntry)).toMatchObject([
    { action: "members.setNickname", targetUser: { username: "alice" }, before: null, after: null },
    {
      action: "members.kick",
      actor: { username: "alice" },
      target: { name: null },
      before: null,
      after: null,
    },
    { action: "channels.create", target: { id: inside, name: null }, before: null, after: null },
  ]);
  await expect(pool.query("select is_admin, disabled_at from users")).resolves.toMatchObject({
    rows: [{ is_admin: false, disabled_at: null }],
  });
});

test("messages from before the indexes of channels, authors and words in channels are found by them", async () => {
  await using database = await createTestDatabase("empty");
  await using before = await migrationsUpTo("0002_governing");
  const { connectionString, pool, db } = database;
  await runMigrations({ connectionString, directory: before.directory });
  await pool.query(filled);
  await expect(runMigrations({ connectionString, directory })).resolves.toBeGreaterThan(0);

  const repo = createMessagesRepo(db);
  const channelId = ChannelId.parse(inside);
  const authorId = UserId.parse(owner);
  const page = await repo.listBefore(authorId, { channelId, before: undefined, limit: 10 });
  expect(page).toMatchObject([{ message: { id: id(7), content: "hello" }, author: { username: "alice" } }]);
  const since = MessageId.parse(id(6));
  await expect(repo.findLastSent({ channelId, authorId, since })).resolves.toEqual(
    page[0]?.message.createdAt,
  );
  const sought = { channelIds: [channelId], limit: 10 };
  const [found] = await repo.search(authorId, { ...sought, query: "hello" });
  expect(found?.message.id).toBe(id(7));
});

test("a server goes with channels that follow their category, and a category is not taken from under them", async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  await pool.query(filled);
  await pool.query(`delete from channel_overrides;
    update channels set follows_category = true where id = '${inside}'`);
  await expect(pool.query(`delete from channels where id = '${category}'`)).rejects.toThrow(
    "channels_follows_check",
  );
  await pool.query(`delete from servers where id = '${server}'`);
  await expect(pool.query("select 1 from channels")).resolves.toMatchObject({ rows: [] });
});
