import { hashKey, type Query, type QueryClient } from "@tanstack/react-query";
import type { ServerId } from "#shared/ids.ts";
import type { CacheKey } from "./keys.ts";

const getField = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

/** The procedure's input that a key of tRPC's carries. */
const inputOf = (queryKey: readonly unknown[]): unknown => getField(queryKey[1], "input");

export const isOfServer = (queryKey: readonly unknown[], serverId: ServerId): boolean =>
  getField(inputOf(queryKey), "serverId") === serverId;

/** Whether a search narrows the list, so that it cannot be told who else belongs in it. */
export const isSearch = (queryKey: readonly unknown[]): boolean =>
  Boolean(getField(inputOf(queryKey), "query"));

/**
 * The query cache as the reducers see it: what is kept there is changed, what is not stays away. Limited to one query it
 * changes that one alone, to bring a fetched answer up to the events that came while it was on its way.
 */
export class Cache {
  readonly #queryClient: QueryClient;
  readonly #onlyHash: string | undefined;

  constructor(queryClient: QueryClient, onlyHash?: string) {
    this.#queryClient = queryClient;
    this.#onlyHash = onlyHash;
  }

  /** Whether every query may change, and not one alone. */
  get isWhole(): boolean {
    return this.#onlyHash === undefined;
  }

  read<T>({ queryKey }: CacheKey<T>): T | undefined {
    return this.#queryClient.getQueryData<T>(queryKey);
  }

  /** Each kept query below the key. */
  readAll<T>(prefix: CacheKey<T>): { key: CacheKey<T>; data: T }[] {
    const entries = this.#queryClient.getQueriesData<T>({ queryKey: prefix.queryKey });
    return entries.flatMap(([queryKey, data]) => (data === undefined ? [] : [{ key: { queryKey }, data }]));
  }

  /** Keeps it, known before or not. */
  put<T>({ queryKey }: CacheKey<T>, data: T): void {
    if (this.#isOpen(queryKey)) this.#queryClient.setQueryData<T>(queryKey, () => data);
  }

  /** Changes what is kept; nothing where nothing is kept, and nobody hears of a change that is none. */
  update<T>({ queryKey }: CacheKey<T>, change: (data: T) => T): void {
    if (!this.#isOpen(queryKey)) return;
    this.#queryClient.setQueryData<T>(queryKey, (data) => {
      if (data === undefined) return undefined;
      const changed = change(data);
      return changed === data ? undefined : changed;
    });
  }

  updateAll<T>(prefix: CacheKey<T>, change: (data: T, queryKey: readonly unknown[]) => T): void {
    for (const { key } of this.readAll(prefix)) this.update(key, (data) => change(data, key.queryKey));
  }

  /** Forgets everything below the key, or the part of it that is named. */
  drop(
    { queryKey }: CacheKey<unknown>,
    isNamed: (queryKey: readonly unknown[]) => boolean = () => true,
  ): void {
    if (!this.isWhole) return;
    this.#queryClient.removeQueries({ queryKey, predicate: (query: Query) => isNamed(query.queryKey) });
  }

  #isOpen(queryKey: readonly unknown[]): boolean {
    return this.#onlyHash === undefined || hashKey(queryKey) === this.#onlyHash;
  }
}
