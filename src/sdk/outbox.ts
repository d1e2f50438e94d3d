/**
 * Messages on their way out, shown at once and sent when that is possible. The messages of one channel go out one after
 * the other, in the order in which they were written; a nonce makes a repeated try harmless. What it must never do: lose a
 * message silently, or send one account's messages from another.
 */
import { uuidv7 } from "uuidv7";
import type { Message } from "#shared/contract/messages.ts";
import { type ChannelId, type MessageId, Nonce, type UserId } from "#shared/ids.ts";
import type { TogetherClient } from "./client.ts";
import { type CallFailure, isSessionRefusal, mayRetry, reasonOf, retryAfterMsOf } from "./failure.ts";
import {
  createMemoryStorage,
  createOutboxStore,
  type OutboxStorage,
  type OutboxStore,
  type StoredMessage,
} from "./outbox-store.ts";

/** Why the next message of a channel is not sent yet, and when it is, in ms since 1970: the server has asked to wait. */
export interface PendingWait {
  failure: CallFailure;
  untilMs: number;
}

export interface PendingMessage extends StoredMessage {
  state: { kind: "pending"; wait?: PendingWait } | { kind: "failed"; failure: CallFailure };
}

export interface Draft {
  channelId: ChannelId;
  content: string;
  replyTo?: MessageId | undefined;
}

export interface OutboxOptions {
  client: Pick<TogetherClient, "api" | "events" | "session" | "environment" | "retryPolicy" | "url">;
  /** Where unsent messages outlive a reload: `localStorage`. @default nowhere */
  storage?: OutboxStorage;
  /** Called with each message that the server took, before it leaves the outbox: show it, so that nothing flickers. */
  onSent?: (message: Message) => void;
}

/** More than anyone types while a server restarts; each is held in memory and in the storage. */
export const maxUnsentMessages = 200;
/** What was left unsent longer ago goes out only when its author says so. */
const staleAfterMs = 24 * 60 * 60 * 1_000;

const none: readonly PendingMessage[] = [];

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #storage: OutboxStorage;
  readonly #queues = new Map<ChannelId, readonly PendingMessage[]>();
  /** Channels with a send or a wait under way, each with the way to end its wait. */
  readonly #senders = new Map<ChannelId, () => void>();
  readonly #listeners = new Set<() => void>();
  readonly #stops: (() => void)[];
  #account: { userId: UserId; store: OutboxStore } | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#storage = options.storage ?? createMemoryStorage();
    const { client } = options;
    this.#stops = [
      client.session.state.subscribe(() => this.#followSession()),
      client.events.on("MESSAGE_CREATE", ({ nonce, author }) => {
        if (nonce && author.id === this.#account?.userId) this.#take(nonce);
      }),
      client.events.connection.subscribe((state) => state.kind === "live" && this.#wakeAll()),
      client.environment.onWake((sign) => sign === "online" && this.#wakeAll()),
    ];
    this.#followSession();
  }

  /** Called after each change of any channel's unsent messages. Returns the way to stop listening. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** The channel's unsent messages, oldest first; the same array until they change. */
  readonly pendingOf = (channelId: ChannelId): readonly PendingMessage[] =>
    this.#queues.get(channelId) ?? none;

  /** Whether there is room for another message. */
  get isFull(): boolean {
    return [...this.#queues.values()].reduce((count, queue) => count + queue.length, 0) >= maxUnsentMessages;
  }

  /** Shows the message as pending and sends it after those before it; undefined when the outbox is full or nobody is signed in. */
  send({ channelId, content, replyTo }: Draft): PendingMessage | undefined {
    if (!this.#account || this.isFull) return undefined;
    const stored: StoredMessage = {
      nonce: Nonce.parse(uuidv7()),
      channelId,
      content,
      replyTo: replyTo ?? null,
      createdAt: new Date().toISOString(),
    };
    const message: PendingMessage = { ...stored, state: { kind: "pending" } };
    this.#account.store.save(stored);
    this.#change(channelId, (queue) => [...queue, message]);
    void this.#drain(channelId);
    return message;
  }

  /** Sends a failed message again, after those that wait already. */
  retry(nonce: Nonce): void {
    const message = this.#find(nonce);
    if (message?.state.kind !== "failed") return;
    const { channelId } = message;
    this.#change(channelId, (queue) => [
      ...queue.filter((other) => other !== message),
      { ...message, state: { kind: "pending" } },
    ]);
    void this.#drain(channelId);
  }

  /** Forgets a message. One that is being sent at this moment may still arrive. */
  discard(nonce: Nonce): void {
    this.#take(nonce);
  }

  /** Stops sending; what is unsent stays in the storage. */
  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#forget();
    this.#listeners.clear();
  }

  #followSession(): void {
    const state = this.#options.client.session.state.get();
    if (state.kind === "restoring") return;
    const userId = state.kind === "signed-in" ? state.user.id : undefined;
    if (userId === this.#account?.userId) return;
    // Who signs out leaves nothing for the next one at this machine to find; who was signed out goes on later.
    if (state.kind === "signed-out" && state.cause === "logout") this.#account?.store.clear();
    this.#forget();
    this.#account = userId && {
      userId,
      store: createOutboxStore(this.#storage, { url: this.#options.client.url, userId }),
    };
    this.#restore();
  }

  #restore(): void {
    for (const stored of this.#account?.store.load().slice(0, maxUnsentMessages) ?? []) {
      const isStale = Date.now() - Date.parse(stored.createdAt) > staleAfterMs;
      const state: PendingMessage["state"] = isStale
        ? { kind: "failed", failure: { reason: "NETWORK" } }
        : { kind: "pending" };
      this.#change(stored.channelId, (queue) => [...queue, { ...stored, state }]);
    }
    for (const channelId of [...this.#queues.keys()]) void this.#drain(channelId);
  }

  #forget(): void {
    this.#account = undefined;
    this.#queues.clear();
    this.#wakeAll();
    this.#tell();
  }

  #find(nonce: Nonce): PendingMessage | undefined {
    return [...this.#queues.values()].flat().find((message) => message.nonce === nonce);
  }

  #take(nonce: Nonce): void {
    const message = this.#find(nonce);
    if (!message) return;
    this.#account?.store.remove(nonce);
    this.#change(message.channelId, (queue) => queue.filter((other) => other !== message));
  }

  #change(
    channelId: ChannelId,
    change: (queue: readonly PendingMessage[]) => readonly PendingMessage[],
  ): void {
    const queue = change(this.pendingOf(channelId));
    if (queue.length === 0) this.#queues.delete(channelId);
    else this.#queues.set(channelId, queue);
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #wakeAll(): void {
    for (const wake of [...this.#senders.values()]) wake();
  }

  /** Sends the channel's messages one after the other; one at a time runs for a channel. */
  async #drain(channelId: ChannelId): Promise<void> {
    const account = this.#account;
    if (this.#senders.has(channelId)) return;
    this.#senders.set(channelId, () => undefined);
    let attempt = 0;
    let next = this.#findNext(channelId);
    while (next && this.#account === account) {
      const failure = await this.#sendOne(next);
      if (this.#account !== account) break;
      attempt = failure && mayWait(failure) ? attempt + 1 : 0;
      if (failure && !(mayWait(failure) && (await this.#wait(next, { failure, attempt }))))
        this.#fail(next, failure);
      next = this.#findNext(channelId);
    }
    this.#senders.delete(channelId);
    // Another account's messages may have come while this one's were given up.
    if (this.#account !== account && this.#findNext(channelId)) void this.#drain(channelId);
  }

  #findNext(channelId: ChannelId): PendingMessage | undefined {
    return this.pendingOf(channelId).find(({ state }) => state.kind === "pending");
  }

  async #sendOne({ nonce, channelId, content, replyTo }: PendingMessage): Promise<CallFailure | undefined> {
    const account = this.#account;
    try {
      const sent = await this.#options.client.api.messages.send.mutate({
        channelId,
        content,
        nonce,
        ...(replyTo === null ? {} : { replyTo }),
      });
      if (this.#account !== account) return undefined;
      this.#options.onSent?.(sent);
      this.#take(nonce);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** False when the policy gives up. */
  async #wait(
    message: PendingMessage,
    { failure, attempt }: { failure: CallFailure; attempt: number },
  ): Promise<boolean> {
    const policyMs = this.#options.client.retryPolicy.nextDelayMs({ attempt: attempt - 1, elapsedMs: 0 });
    if (policyMs === null) return false;
    const { channelId } = message;
    const askedMs = retryAfterMsOf(failure);
    const delayMs = Math.max(policyMs, askedMs ?? 0);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, delayMs);
    if (askedMs !== undefined)
      this.#setState(message, { kind: "pending", wait: { failure, untilMs: Date.now() + delayMs } });
    // A wait that the server asked for is not shortened by a network that came back.
    this.#senders.set(channelId, askedMs === undefined ? resolve : () => undefined);
    await promise;
    clearTimeout(timer);
    this.#senders.set(channelId, () => undefined);
    return true;
  }

  #fail(message: PendingMessage, failure: CallFailure): void {
    this.#setState(message, { kind: "failed", failure });
  }

  #setState(message: PendingMessage, state: PendingMessage["state"]): void {
    this.#change(message.channelId, (queue) =>
      queue.map((other) => (other === message ? { ...message, state } : other)),
    );
  }
}

/** What is written for a slow channel is meant for now; its writer is told, and may try again. */
const maxSlowModeWaitMs = 60_000;

/**
 * What passes by itself, and soon. A limit is waited for as long as the server says: with the next message it would refuse
 * all others too. A refused session is for the session to settle.
 */
const mayWait = (failure: CallFailure): boolean =>
  failure.reason !== "TIMED_OUT" &&
  !(failure.reason === "SLOW_MODE" && failure.params.retryAfterMs > maxSlowModeWaitMs) &&
  (mayRetry(failure) || isSessionRefusal(failure));

/** An outbox for whoever is signed in with the client. */
export const createOutbox = (options: OutboxOptions): Outbox => new Outbox(options);
