import { sql } from "drizzle-orm";
import type { TestDatabase } from "./postgres.ts";

/** Everything stored, as one text: any row that appears, changes or goes shows. */
export const storedState = async ({ db }: Pick<TestDatabase, "db">): Promise<string> => {
  const { rows } = await db.execute<{ table_name: string }>(
    sql`select table_name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  const digests = await Promise.all(
    rows.map(async ({ table_name: name }) => {
      const digest = await db.execute<{ digest: string | null }>(
        sql`select md5(string_agg(t::text, '|' order by t::text)) as digest from ${sql.identifier(name)} t`,
      );
      return `${name} ${digest.rows[0]?.digest}`;
    }),
  );
  return digests.join("\n");
};
