/**
 * What one browser remembers by itself: settings, drafts, what is folded. Owns the prefix of every key. A browser may
 * refuse storage, be full, or hold what an older version wrote: none of that may throw; the value then lives until the
 * page is left.
 */

const prefix = "together.";

/** A browser gives an origin about five million characters; one value must not take them all. */
const defaultMaxChars = 200_000;

export type Stored<T> = {
  get: () => T;
  set: (value: T) => void;
  clear: () => void;
  /** Tells of every change, other tabs' too. @returns ends the telling */
  subscribe: (onChange: () => void) => () => void;
};

export type StoredOptions<T> = {
  /** Unique in the app. */
  key: string;
  /** Checks what was read: undefined when it is not what this version writes. */
  parse: (value: unknown) => T | undefined;
  /** What counts while nothing, or nothing usable, is stored. */
  fallback: T;
  /** A longer value is kept for this page alone. Default: 200,000. */
  maxChars?: number;
  /** Default: the browser's localStorage, when it allows it. */
  area?: Storage | undefined;
};

const findLocalStorage = (): Storage | undefined => {
  try {
    return globalThis.localStorage;
  } catch {
    // Reading the property throws where cookies are blocked.
    return undefined;
  }
};

const attempt = <T>(action: () => T): T | undefined => {
  try {
    return action();
  } catch {
    return undefined;
  }
};

const listenToTabs = (name: string, onChange: () => void): (() => void) => {
  if (typeof window === "undefined") return () => {};
  // A null key: the other tab has cleared everything.
  const listen = (event: StorageEvent): void => {
    if (event.key === name || event.key === null) onChange();
  };
  window.addEventListener("storage", listen);
  return () => window.removeEventListener("storage", listen);
};

/** One typed value in this browser's storage. Never throws. */
export const createStored = <T>(options: StoredOptions<T>): Stored<T> => {
  const { key, parse, fallback, maxChars = defaultMaxChars } = options;
  const area = "area" in options ? options.area : findLocalStorage();
  const name = prefix + key;
  const listeners = new Set<() => void>();
  // The same text gives the same object, as React asks of a store.
  let read: { text: string; value: T } | undefined;
  let unsaved: { value: T } | undefined;

  const get = (): T => {
    if (unsaved) return unsaved.value;
    const text = attempt(() => area?.getItem(name)) ?? undefined;
    if (text === undefined) return fallback;
    if (read?.text !== text) {
      read = { text, value: attempt(() => parse(JSON.parse(text))) ?? fallback };
    }
    return read.value;
  };
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const set = (value: T): void => {
    const text = JSON.stringify(value);
    const isSaved = text.length <= maxChars && attempt(() => (area?.setItem(name, text), area)) !== undefined;
    unsaved = isSaved ? undefined : { value };
    notify();
  };
  const clear = (): void => {
    unsaved = undefined;
    attempt(() => area?.removeItem(name));
    notify();
  };
  const subscribe = (onChange: () => void): (() => void) => {
    listeners.add(onChange);
    const stopListening = listenToTabs(name, () => {
      unsaved = undefined;
      onChange();
    });
    return () => {
      listeners.delete(onChange);
      stopListening();
    };
  };
  return { get, set, clear, subscribe };
};

export type StoredMap = {
  find: (id: string) => string | undefined;
  /** An empty text removes the entry. */
  set: (id: string, text: string) => void;
  clear: () => void;
};

export type StoredMapOptions = {
  key: string;
  /** The entry that was set longest ago goes first. Default: 100. */
  maxEntries?: number;
  /** Of one text; a longer one is kept for this page alone. Default: 8,000. */
  maxEntryChars?: number;
  area?: Storage | undefined;
};

const isPair = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");

const parsePairs = (value: unknown): [string, string][] | undefined =>
  Array.isArray(value) ? value.filter(isPair) : undefined;

/** A bounded map of texts, such as a draft for each channel. Never throws. */
export const createStoredMap = (options: StoredMapOptions): StoredMap => {
  const { maxEntries = 100, maxEntryChars = 8_000, ...rest } = options;
  const maxChars = maxEntries * (maxEntryChars + 100);
  const stored = createStored<[string, string][]>({ ...rest, parse: parsePairs, fallback: [], maxChars });
  const tooLong = new Map<string, string>();
  return {
    find: (id) => tooLong.get(id) ?? stored.get().find(([key]) => key === id)?.[1],
    set: (id, text) => {
      tooLong.delete(id);
      const others = stored.get().filter(([key]) => key !== id);
      const isTooLong = text.length > maxEntryChars;
      if (isTooLong) tooLong.set(id, text);
      const entries: [string, string][] = text === "" || isTooLong ? others : [...others, [id, text]];
      stored.set(entries.slice(-maxEntries));
    },
    clear: () => {
      tooLong.clear();
      stored.clear();
    },
  };
};
