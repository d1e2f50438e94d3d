/** Unsent messages, kept outside the memory so that a reload loses none: one entry each, since pages share the storage. */
import { z } from "zod";
import { ChannelId, MessageId, Nonce, type UserId } from "#shared/ids.ts";

/** As much of a browser's localStorage as is used. */
export interface OutboxStorage {
  readonly length: number;
  key: (index: number) => string | null;
  getItem: (key: string) => string | null;
  setItem: (key: string, value: string) => void;
  removeItem: (key: string) => void;
}

const StoredMessage = z.object({
  nonce: Nonce,
  channelId: ChannelId,
  content: z.string(),
  replyTo: MessageId.nullable(),
  createdAt: z.iso.datetime(),
});
export type StoredMessage = z.infer<typeof StoredMessage>;

const parse = (text: string | null): StoredMessage | undefined => {
  try {
    return StoredMessage.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
};

export interface OutboxStore {
  /** In the order in which they were written. */
  load: () => StoredMessage[];
  save: (message: StoredMessage) => void;
  remove: (nonce: Nonce) => void;
  clear: () => void;
}

/** The part of the storage that belongs to one account at one address. */
export const createOutboxStore = (
  storage: OutboxStorage,
  place: { url: string; userId: UserId },
): OutboxStore => {
  const prefix = `together.outbox ${place.url} ${place.userId} `;
  const listKeys = (): string[] =>
    Array.from({ length: storage.length }, (_, index) => storage.key(index))
      .filter((key) => key?.startsWith(prefix) ?? false)
      .filter((key) => key !== null);
  return {
    load: () =>
      listKeys()
        .flatMap((key) => parse(storage.getItem(key)) ?? [])
        .toSorted((a, b) => (a.nonce < b.nonce ? -1 : 1)),
    save: (message) => {
      try {
        storage.setItem(prefix + message.nonce, JSON.stringify(message));
      } catch {
        // A full storage costs the message's survival of a reload, not the message.
      }
    },
    remove: (nonce) => storage.removeItem(prefix + nonce),
    clear: () => {
      for (const key of listKeys()) storage.removeItem(key);
    },
  };
};

/** For where nothing outlives the process. */
export const createMemoryStorage = (): OutboxStorage => {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
};
