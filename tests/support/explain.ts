/** What PostgreSQL would do with a statement, when the tables were too big to be read through. */
import type { Pool } from "pg";
import { expect } from "vitest";
import { z } from "zod";

/** A prepared statement of a repo (`hotStatements`), or its text. */
export type Explained = string | { getQuery(): { sql: string } };

interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string | undefined;
  "Index Name"?: string | undefined;
  "Index Cond"?: string | undefined;
  Plans?: PlanNode[] | undefined;
}

const PlanNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    "Node Type": z.string(),
    "Relation Name": z.string().optional(),
    "Index Name": z.string().optional(),
    "Index Cond": z.string().optional(),
    Plans: z.array(PlanNode).optional(),
  }),
);
const Explanation = z.tuple([z.object({ "QUERY PLAN": z.tuple([z.object({ Plan: PlanNode })]) })]);

/**
 * A small table is best read through, and a hash of it best joined: so those ways are made unattractive, and what is
 * still done that way could not be done otherwise. The plan is the generic one, as a named statement gets it.
 */
const settings = `
  set local plan_cache_mode = force_generic_plan;
  set local enable_seqscan = off;
  set local enable_hashjoin = off;
  set local enable_mergejoin = off;`;

const listNodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(listNodes)];

const findFault = (node: PlanNode): string | undefined => {
  if (node["Node Type"] === "Seq Scan") return `reads all of ${node["Relation Name"]}`;
  const isIndexScan = /^(?:Index|Index Only|Bitmap Index) Scan$/.test(node["Node Type"]);
  return isIndexScan && node["Index Cond"] === undefined
    ? `reads all of the index ${node["Index Name"]}`
    : undefined;
};

/** The plan's nodes, the outermost first. Parameters are left open: `EXPLAIN EXECUTE` knows this from PostgreSQL 14 on. */
const explain = async (pool: Pool, query: Explained): Promise<PlanNode[]> => {
  const text = typeof query === "string" ? query : query.getQuery().sql;
  const count = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  const nulls = Array.from({ length: count }, () => "null").join(", ");
  const client = await pool.connect();
  try {
    await client.query(`begin; ${settings}`);
    await client.query(`prepare explained as ${text}`);
    const { rows } = await client.query(
      `explain (format json) execute explained${count > 0 ? `(${nulls})` : ""}`,
    );
    return listNodes(Explanation.parse(rows)[0]["QUERY PLAN"][0].Plan);
  } finally {
    // A prepared statement outlives its transaction.
    await client.query("rollback; deallocate explained");
    client.release();
  }
};

/** Fails when the statement reads a whole table, or a whole index; returns the indexes that it uses. */
export const expectIndexed = async (pool: Pool, query: Explained): Promise<string[]> => {
  const nodes = await explain(pool, query);
  const faults = nodes.map(findFault).filter((fault) => fault !== undefined);
  expect(faults, faults.join(", ")).toEqual([]);
  return [...new Set(nodes.flatMap((node) => node["Index Name"] ?? []))];
};
