/** What must hold in the database and no constraint says. Each check finds the rows for which it does not. */
import { sql } from "drizzle-orm";
import { type Database, type Executor, withOwnConnection } from "../database/client.ts";

export interface Fault {
  /** What is wrong, of as many as `count`. */
  sentence: string;
  count: number;
  /** The id of one of them. */
  example: string;
}

/** Each selects the id, as text, of what is wrong. */
const checks: readonly (readonly [sentence: string, query: string])[] = [
  [
    "a server whose owner is no member of it",
    `select s.id::text from servers s
     where not exists (select from server_members m where m.server_id = s.id and m.user_id = s.owner_id)`,
  ],
  [
    "a server whose owner has no account any more",
    "select s.id::text from servers s join users u on u.id = s.owner_id where u.deleted_at is not null",
  ],
  [
    "a server without the role that every member has",
    "select s.id::text from servers s where not exists (select from roles r where r.server_id = s.id and r.is_everyone)",
  ],
  [
    "a member of a server who has no account any more",
    `select m.server_id || ' ' || m.user_id from server_members m join users u on u.id = m.user_id
     where u.deleted_at is not null`,
  ],
  [
    "a member with a role of another server",
    `select m.server_id || ' ' || m.user_id from member_roles m join roles r on r.id = m.role_id
     where r.server_id <> m.server_id`,
  ],
  [
    "a member who is given by hand the role that every member has",
    "select m.server_id || ' ' || m.user_id from member_roles m join roles r on r.id = m.role_id where r.is_everyone",
  ],
  [
    "a role that is not every member's at the position of that one",
    "select id::text from roles where is_everyone <> (position = 0)",
  ],
  [
    "a channel in a category of another server, or in what is no category",
    `select c.id::text from channels c join channels p on p.id = c.parent_id
     where p.server_id <> c.server_id or p.type <> 'category' or c.type = 'category'`,
  ],
  [
    "a channel that follows its category and has permissions of its own",
    `select id::text from channels c
     where follows_category and exists (select from channel_overrides o where o.channel_id = c.id)`,
  ],
  [
    "permissions in a channel for a role of another server",
    `select o.channel_id::text from channel_overrides o join roles r on r.id = o.role_id
       join channels c on c.id = o.channel_id
     where r.server_id <> c.server_id`,
  ],
  [
    "a message in what is no channel for text",
    `select m.id::text from messages m join channels c on c.id = m.channel_id where c.type = 'category'`,
  ],
  [
    "a reply to a message of another channel",
    `select m.id::text from messages m join messages r on r.id = m.reply_to_id where r.channel_id <> m.channel_id`,
  ],
  [
    "a message that mentions somebody who was never there",
    `select m.id::text from messages m, unnest(m.mentions) as mention
     where not exists (select from users u where u.id = mention)`,
  ],
  [
    "an unread mark that counts fewer than none",
    "select user_id::text from read_states where mention_count < 0",
  ],
  [
    "an unread mark of an account that is no more",
    `select r.user_id::text from read_states r join users u on u.id = r.user_id where u.deleted_at is not null`,
  ],
  [
    "an invite that gives a role of another server",
    `select i.code from invite_roles x join invites i on i.code = x.code join roles r on r.id = x.role_id
     where r.server_id <> i.server_id`,
  ],
  [
    "somebody in a call of a server that they are no member of, or in another server's channel",
    `select v.user_id::text from voice_states v join channels c on c.id = v.channel_id
     where c.server_id <> v.server_id
       or not exists (select from server_members m where m.server_id = v.server_id and m.user_id = v.user_id)`,
  ],
  [
    "somebody who is banned and a member",
    `select b.user_id::text from bans b
       join server_members m on m.server_id = b.server_id and m.user_id = b.user_id`,
  ],
  [
    "a token of another account's session",
    `select t.session_id::text from session_tokens t join sessions s on s.id = t.session_id
     where s.user_id <> t.user_id`,
  ],
  [
    "a deleted account that still governs the instance, or has a password, an email or a session",
    `select u.id::text from users u
     where u.deleted_at is not null and (u.is_admin or u.email is not null or u.password_hash <> ''
       or exists (select from sessions s where s.user_id = u.id))`,
  ],
];

const findFault = async (
  tx: Pick<Executor, "execute">,
  [sentence, query]: (typeof checks)[number],
): Promise<Fault[]> => {
  const { rows } = await tx.execute<{ count: number; example: string | null }>(
    sql`select count(*)::int as count, min(id) as example from (${sql.raw(query)}) as wrong (id)`,
  );
  return rows.flatMap(({ count, example }) => (example === null ? [] : [{ sentence, count, example }]));
};

export const createIntegrityRepo = (db: Database) => ({
  /** What is wrong at one moment, in the order of the checks; nothing where all is sound. */
  findFaults: (): Promise<Fault[]> =>
    // They read whole tables.
    withOwnConnection(db, (own) =>
      own.transaction(
        async (tx) => {
          const faults: Fault[] = [];
          for (const check of checks) faults.push(...(await findFault(tx, check)));
          return faults;
        },
        { isolationLevel: "repeatable read", accessMode: "read only" },
      ),
    ),
});
