import { createTestDatabase } from "#tests/support/postgres.ts";
import { fillDatabase } from "#tests/support/stored-world.ts";
import { expect, test } from "vitest";
import { createIntegrityRepo } from "./integrity.repo.ts";

const id = (number: number): string => `00000000-0000-7000-8000-${number.toString().padStart(12, "0")}`;
const [alice, bob, server] = [1, 2, 3].map(id);

test("says nothing of what is sound, and each thing that is not, with how many and one of them", async () => {
  await using database = await createTestDatabase();
  await fillDatabase(database.pool);
  const { findFaults } = createIntegrityRepo(database.db);
  await expect(findFaults()).resolves.toEqual([]);

  await database.pool.query(`
    update servers set owner_id = '${id(9)}';
    update users set deleted_at = now(), password_hash = '' where id = '${bob}';
    update messages set mentions = '{${id(99)}}' where author_id = '${alice}'`);
  await expect(findFaults()).resolves.toEqual([
    { sentence: "a server whose owner is no member of it", count: 1, example: server },
    {
      sentence: "a member of a server who has no account any more",
      count: 1,
      example: `${server} ${bob}`,
    },
    { sentence: "a message that mentions somebody who was never there", count: 1, example: id(20) },
    { sentence: "an unread mark of an account that is no more", count: 1, example: bob },
  ]);
});
