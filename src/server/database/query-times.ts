/** How long queries take, seen in one place: every connection of the pool, whoever asks through it. */
import type { Pool, PoolClient } from "pg";
import { findRequestFields, type Logger, type RequestFields } from "../kernel/logger.ts";

export const queryTypes = ["select", "insert", "update", "delete", "other"] as const;
export type QueryType = (typeof queryTypes)[number];

/** Told of every query that was answered, or failed, and of the seconds between. */
export type QueryListener = (type: QueryType, seconds: number) => void;

interface Options {
  logger: Logger;
  onQuery: QueryListener;
  /** Milliseconds, only going forward. */
  nowMs?: () => number;
}

/** No query of Together should take it: an index is missing, the disk is slow, or something holds a lock. */
const slowQueryMs = 1_000;

const verbs = new Map<string, QueryType>(queryTypes.map((type) => [type, type]));

/** What a statement with common table expressions changes; those that change nothing are reads. */
const typeOfWith = (text: string): QueryType => {
  const change = /\b(insert)\s+into\b|\b(delete)\s+from\b|\b(update)\b\s+\S+\s+set\b/i.exec(text);
  return verbs.get((change?.[1] ?? change?.[2] ?? change?.[3] ?? "select").toLowerCase()) ?? "select";
};

export const queryTypeOf = (text: string): QueryType => {
  const verb = /^[\s(]*([a-z]+)/i.exec(text)?.[1]?.toLowerCase() ?? "";
  return verb === "with" ? typeOfWith(text) : (verbs.get(verb) ?? "other");
};

const textAt = (query: unknown, key: "text" | "name"): string | undefined => {
  const value: unknown = typeof query === "object" && query !== null ? Reflect.get(query, key) : undefined;
  return typeof value === "string" ? value : undefined;
};

const isFunction = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === "function";

/** Watches every connection that the pool opens from now on. */
export const watchQueries = (
  pool: Pool,
  { logger, onQuery, nowMs = () => performance.now() }: Options,
): void => {
  const note = (query: unknown, startedAtMs: number, fields: RequestFields | undefined): void => {
    const durationMs = nowMs() - startedAtMs;
    const queryType = queryTypeOf(typeof query === "string" ? query : (textAt(query, "text") ?? ""));
    onQuery(queryType, durationMs / 1_000);
    if (durationMs < slowQueryMs) return;
    // Never its text: some of it is put together from what was asked for.
    const statement = textAt(query, "name");
    logger.warn({ ...fields, queryType, statement, durationMs: Math.round(durationMs) }, "a query took long");
  };

  const watch = (client: PoolClient): void => {
    // It is called with its client, as ever.
    // oxlint-disable-next-line typescript/unbound-method
    client.query = new Proxy(client.query, {
      apply(query, self, args: unknown[]): unknown {
        const startedAtMs = nowMs();
        // A callback comes in the connection's own context.
        const fields = findRequestFields();
        const end = (): void => note(args[0], startedAtMs, fields);
        const callback = args.at(-1);
        if (isFunction(callback)) {
          const watched = (...results: unknown[]): unknown => {
            end();
            return callback(...results);
          };
          return Reflect.apply(query, self, [...args.slice(0, -1), watched]);
        }
        const answer: unknown = Reflect.apply(query, self, args);
        if (answer instanceof Promise) answer.then(end, end);
        return answer;
      },
    });
  };
  pool.on("connect", watch);
};
