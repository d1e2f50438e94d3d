/** Everything that a member's screen begins with, as the gateway builds it. */
import { createUsersRepo } from "#server/users/users.repo.ts";
import { createUsersService } from "#server/users/users.service.ts";
import type { UserId } from "#shared/ids.ts";
import { createTestServices, type TestServices } from "#tests/support/services.ts";
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { percentile } from "#tests/support/statistics.ts";

const servers = 20;
const members = 500;
/** One of so many is there. */
const onlineShares = [10, 1];

/** Members of each their own, and one of all. */
const fill = async (world: TestServices): Promise<{ memberId: UserId; others: UserId[] }> => {
  const { pool } = world.database;
  const { userId: memberId } = await world.anActor("reader");
  const others: UserId[] = [];
  for (let count = 0; count < servers; count += 1) {
    const { id, owner } = await world.aServer();
    for (let channel = 0; channel < 10; channel += 1) await world.aChannel(id);
    const ids = Array.from({ length: members - 2 }, () => world.ids.userId());
    await pool.query(
      `insert into users (id, username, display_name, password_hash)
      select id, 'user-' || id, 'user', '' from unnest($1::uuid[]) id`,
      [ids],
    );
    await pool.query("insert into server_members (server_id, user_id) select $1, unnest($2::uuid[])", [
      id,
      [...ids, memberId],
    ]);
    await world.access.serverChanged(id);
    others.push(owner.userId, ...ids);
  }
  await pool.query("analyze");
  return { memberId, others };
};

export async function* benchReady({ isQuick }: BenchOptions): AsyncGenerator<BenchLine> {
  await using world = await createTestServices();
  const { access, servers: service, reads, statuses, presence, events, ids } = world;
  const users = createUsersService({ repo: createUsersRepo(world.db), access, events, presence });
  const { memberId, others } = await fill(world);
  const actor = { userId: memberId, sessionId: ids.sessionId() };
  const build = async (): Promise<string> => {
    const states = await access.loadServersOf(memberId);
    const [user, snapshots, readStates] = await Promise.all([
      users.getMe(memberId),
      service.snapshots(memberId, states),
      reads.list(actor),
    ]);
    return JSON.stringify({ t: "READY", d: { user, servers: snapshots, reads: readStates } });
  };
  for (const share of onlineShares) {
    statuses.clear();
    for (const [index, userId] of others.entries()) if (index % share === 0) statuses.set(userId, "online");
    const ms: number[] = [];
    let bytes = 0;
    for (let count = 0; count < (isQuick ? 20 : 100); count += 1) {
      const startMs = performance.now();
      bytes = Buffer.byteLength(await build());
      ms.push(performance.now() - startMs);
    }
    const isUsual = share !== 1;
    const who = isUsual ? "a tenth is online" : "all are online";
    const what = `READY for ${servers} servers of ${members}, ${who}`;
    const line = { baseline: undefined, what };
    yield {
      ...line,
      unit: "ms",
      ours: percentile(ms, 0.5),
      goal: isUsual ? { of: "ours", atMost: 50 } : undefined,
    };
    yield {
      ...line,
      unit: "kB",
      ours: bytes / 1_000,
      goal: isUsual ? { of: "ours", atMost: 200 } : undefined,
    };
  }
}
