/** A row and more in every table, as SQL: what a copy of a database has to bring along, awkward values among them. */
import type { Pool } from "pg";

const id = (number: number): string => `00000000-0000-7000-8000-${number.toString().padStart(12, "0")}`;
const [alice, bob, server, everyone, role, category, text, voice, carol] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(
  id,
);
const [first, reply, session] = [20, 21, 30].map(id);

/** Everything that COPY's text has to escape, and what is beyond the basic plane. */
const awkward = String.raw`E'tab\there\nline\\.\r\n\\N "quotes" ''single'' 🎉 \u00e9 end'`;

const statements = `
  insert into users (id, username, display_name, password_hash, email, custom_status, is_admin) values
    ('${alice}', 'alice', 'Alice', 'hash', 'alice@example.org', ${awkward}, true),
    ('${bob}', 'bob', 'Bob', 'hash', null, '', false), ('${carol}', 'carol', 'Carol', 'hash', null, null, false);
  insert into servers (id, name, owner_id) values ('${server}', ${awkward}, '${alice}');
  insert into server_members (server_id, user_id, nickname, timeout_until) values
    ('${server}', '${alice}', null, null), ('${server}', '${bob}', 'B', '2030-01-01 00:00:00.123+02');
  insert into roles (id, server_id, name, permissions, position, is_everyone, color) values
    ('${everyone}', '${server}', '@everyone', 9007199254740993, 0, true, null),
    ('${role}', '${server}', 'Helpers', 1, 1, false, '#ff0000');
  insert into member_roles (server_id, user_id, role_id) values ('${server}', '${bob}', '${role}');
  insert into channels (id, server_id, type, name, parent_id, position) values
    ('${text}', '${server}', 'text', 'inside', null, 1),
    ('${category}', '${server}', 'category', 'rooms', null, 0),
    ('${voice}', '${server}', 'voice', 'calls', '${category}', 2);
  update channels set parent_id = '${category}', follows_category = true where id = '${text}';
  insert into channel_overrides (channel_id, role_id, user_id, allow, deny) values
    ('${category}', '${everyone}', null, 0, 1), ('${category}', null, '${bob}', 1, 0);
  insert into messages (id, channel_id, author_id, content, reply_to_id, mentions, nonce, pinned_at) values
    ('${reply}', '${text}', '${bob}', '', null, '{${alice},${bob}}', null, null),
    ('${first}', '${text}', '${alice}', ${awkward}, '${reply}', '{}', '${id(40)}', now());
  insert into reactions (message_id, user_id, emoji) values ('${first}', '${bob}', '🎉');
  insert into attachments (id, message_id, uploader_id, filename, content_type, size_bytes) values
    ('${id(50)}', '${first}', '${alice}', ${awkward}, 'text/plain', 5000000000);
  insert into read_states (user_id, channel_id, last_read_message_id, mention_count) values
    ('${bob}', '${text}', '${first}', 1);
  insert into bans (server_id, user_id, banned_by, reason) values ('${server}', '${carol}', '${alice}', ${awkward});
  insert into invites (code, server_id, created_by, max_uses, expires_at) values
    ('abcdefghjk', '${server}', '${alice}', 5, now());
  insert into audit_log (id, server_id, actor_id, action, target_type, target_id, changes) values
    ('${id(60)}', '${server}', '${alice}', 'channels.create', 'channel', '${text}',
      jsonb_build_object('after', jsonb_build_object('name', ${awkward})));
  insert into sessions (id, user_id, user_agent, expires_at) values ('${session}', '${alice}', ${awkward}, now());
  insert into session_tokens (id, session_id, user_id, expires_at) values ('t', '${session}', '${alice}', now());
  insert into voice_states (user_id, channel_id, server_id) values ('${bob}', '${voice}', '${server}');
`;

const newer = `
  insert into instance_settings (registration) values ('invite');
  insert into invite_roles (code, role_id) values ('abcdefghjk', '${role}');
  insert into password_resets (user_id, token_hash, created_by, expires_at) values ('${bob}', 'hash', '${alice}', now());
`;

export const fillDatabase = async (pool: Pool): Promise<void> => {
  await pool.query(statements);
  await pool.query(newer);
};

/** Every table with its rows as text, in an order of their own. */
export const dumpTables = async (pool: Pool): Promise<Map<string, string[]>> => {
  const { rows: tables } = await pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by 1",
  );
  const dump = new Map<string, string[]>();
  for (const { name } of tables) {
    const { rows } = await pool.query<{ line: string }>(`select t::text as line from "${name}" t order by 1`);
    dump.set(
      name,
      rows.map(({ line }) => line),
    );
  }
  return dump;
};
