/** The least that could say the same without a memory: one prepared, indexed query for each question. */
import type { Pool } from "pg";
import { z } from "zod";
import type { ChannelId, UserId } from "#shared/ids.ts";
import {
  type Permissions,
  resolveChannelPermissions,
  resolveServerPermissions,
} from "#shared/permissions.ts";

const query = `
  select s.owner_id = m.user_id as is_owner, held.bits, o.*
  from channels c
  join servers s on s.id = c.server_id
  join server_members m on m.server_id = s.id and m.user_id = $2
  cross join lateral (
    select bit_or(r.permissions) as bits, array_agg(r.id) as ids
    from roles r
    left join member_roles mr on mr.server_id = s.id and mr.user_id = m.user_id and mr.role_id = r.id
    where r.server_id = s.id and (r.is_everyone or mr.role_id is not null)
  ) held
  cross join lateral (
    select
      coalesce(bit_or(o.allow) filter (where r.is_everyone), 0) as everyone_allow,
      coalesce(bit_or(o.deny) filter (where r.is_everyone), 0) as everyone_deny,
      coalesce(bit_or(o.allow) filter (where not r.is_everyone), 0) as roles_allow,
      coalesce(bit_or(o.deny) filter (where not r.is_everyone), 0) as roles_deny,
      coalesce(bit_or(o.allow) filter (where o.user_id is not null), 0) as member_allow,
      coalesce(bit_or(o.deny) filter (where o.user_id is not null), 0) as member_deny
    from channel_overrides o
    left join roles r on r.id = o.role_id
    where o.channel_id = case when c.follows_category then c.parent_id else c.id end
      and (o.role_id = any(held.ids) or o.user_id = m.user_id)
  ) o
  where c.id = $1`;

const bits = z.string().transform(BigInt);
const Row = z.object({
  is_owner: z.boolean(),
  bits,
  everyone_allow: bits,
  everyone_deny: bits,
  roles_allow: bits,
  roles_deny: bits,
  member_allow: bits,
  member_deny: bits,
});

export const askDatabase = async (
  pool: Pool,
  { channelId, userId }: { channelId: ChannelId; userId: UserId },
): Promise<Permissions> => {
  const { rows } = await pool.query({ name: "bench_rights", text: query, values: [channelId, userId] });
  const row = Row.parse(rows[0]);
  const server = resolveServerPermissions({ isOwner: row.is_owner, everyone: row.bits, roles: [] });
  return resolveChannelPermissions(server, {
    everyone: { allow: row.everyone_allow, deny: row.everyone_deny },
    roles: [{ allow: row.roles_allow, deny: row.roles_deny }],
    member: { allow: row.member_allow, deny: row.member_deny },
  });
};
