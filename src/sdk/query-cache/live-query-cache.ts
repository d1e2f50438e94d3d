/**
 * Keeps a TanStack query cache true by the event stream, so that screens only read queries. Two things must never happen:
 * an answer that was on its way undoes an event that came meanwhile (so every fetch is recorded and caught up), and what
 * was missed while the stream was away stays unseen (so READY puts everything anew).
 */
import {
  notifyManager,
  partialMatchKey,
  type Query,
  type QueryCacheNotifyEvent,
  type QueryClient,
} from "@tanstack/react-query";
import type { Message } from "#shared/contract/messages.ts";
import type { GatewayEvent } from "#shared/events.ts";
import { ChannelId, type MessageId, type UserId } from "#shared/ids.ts";
import type { TogetherClient } from "../client.ts";
import type { CallFailure } from "../failure.ts";
import type { ApplyContext, Requests } from "./apply-context.ts";
import { applyEvent } from "./apply-event.ts";
import { Cache } from "./cache.ts";
import { EventRecorder, type Recording } from "./event-recorder.ts";
import { HistorySync } from "./history-sync.ts";
import { type CacheKey, keys } from "./keys.ts";
import { expireTyping, findTypingEndMs } from "./typing.ts";

export interface QueryCacheOptions {
  client: TogetherClient;
  queryClient: QueryClient;
}

/** Kept by events from READY on: never stale by time, and needed when nobody looks. */
const keptKeys = (): CacheKey<unknown>[] => [
  keys.me(),
  keys.servers(),
  keys.allServers(),
  keys.allChannels(),
  keys.allRoles(),
  keys.reads(),
  keys.allVoiceStates(),
  keys.allOwnMembers(),
  keys.allMemberCounts(),
  keys.presences(),
];

/** Not in READY: after it they are read again. */
const unheardKeys = (): CacheKey<unknown>[] => [keys.allMembers(), keys.allUsers(), keys.allInvites()];

export class LiveQueryCache {
  readonly #client: TogetherClient;
  readonly #queryClient: QueryClient;
  readonly #cache: Cache;
  readonly #recorder = new EventRecorder();
  /** By query hash: what came since the query's fetch began. */
  readonly #fetches = new Map<string, Recording>();
  readonly #histories: HistorySync;
  readonly #stops: (() => void)[];
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #userId: UserId | undefined;

  constructor({ client, queryClient }: QueryCacheOptions) {
    this.#client = client;
    this.#queryClient = queryClient;
    this.#cache = new Cache(queryClient);
    this.#histories = new HistorySync({
      client,
      queryClient,
      recorder: this.#recorder,
      catchUp: (queryKey, recording) => this.#catchUp(queryKey, recording),
    });
    // Kept by events, they are never stale by time; events keep what did not change as the same object.
    const live = { staleTime: Infinity, structuralSharing: false };
    for (const { queryKey } of keptKeys())
      queryClient.setQueryDefaults(queryKey, { ...live, gcTime: Infinity });
    for (const { queryKey } of [...unheardKeys(), keys.allMessages(), keys.allTyping()]) {
      queryClient.setQueryDefaults(queryKey, live);
    }
    this.#stops = [
      client.events.onAny((event) => this.#receive(event)),
      client.session.state.subscribe(() => this.#followSession()),
      queryClient.getQueryCache().subscribe((event) => this.#followFetch(event)),
    ];
    this.#followSession();
  }

  /** Shows a sent message as soon as its answer is there; the event that follows changes nothing more. */
  applySent(message: Message): void {
    this.#receive({ t: "MESSAGE_CREATE", d: message });
  }

  /** Shows the newest messages of a channel in place of what is loaded. @returns why not, if it failed */
  showNewest(channelId: ChannelId): Promise<CallFailure | undefined> {
    return this.#histories.showNewest(channelId);
  }

  /** Shows a message of a channel with what stands around it. @returns why not, if it failed */
  showAround(channelId: ChannelId, messageId: MessageId): Promise<CallFailure | undefined> {
    return this.#histories.showAround(channelId, messageId);
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#histories.cancelAll();
    clearTimeout(this.#typingTimer);
  }

  #receive(event: GatewayEvent): void {
    this.#recorder.push(event);
    notifyManager.batch(() => applyEvent(this.#contextOf(this.#cache, this.#requests), event));
    if (event.t === "TYPING_START") this.#scheduleTypingEnd();
  }

  #contextOf(cache: Cache, requests: Requests): ApplyContext {
    const isHistoryBehind = (channelId: ChannelId) => this.#histories.isBehind(channelId);
    return { cache, ownUserId: this.#userId, nowMs: Date.now(), requests, isHistoryBehind };
  }

  readonly #requests: Requests = {
    refreshChannels: (serverId) =>
      void this.#readAnew(keys.channels(serverId), (signal) =>
        this.#client.api.channels.list.query({ serverId }, { signal }),
      ),
    refreshVoiceStates: (serverId) =>
      void this.#readAnew(keys.voiceStates(serverId), (signal) =>
        this.#client.api.voice.states.query({ serverId }, { signal }),
      ),
    refreshHistory: (channelId) => void this.#histories.refresh(channelId),
    refreshUnheard: () => this.#refreshUnheard(),
  };

  /** Of one account nothing may stay for the next one. */
  #followSession(): void {
    const state = this.#client.session.state.get();
    if (state.kind === "restoring") return;
    const userId = state.kind === "signed-in" ? state.user.id : undefined;
    if (this.#userId !== undefined && userId !== this.#userId) {
      this.#histories.cancelAll();
      this.#queryClient.clear();
    }
    this.#userId = userId;
  }

  async #readAnew<T>({ queryKey }: CacheKey<T>, read: (signal: AbortSignal) => Promise<T>): Promise<void> {
    await this.#queryClient.cancelQueries({ queryKey, exact: true });
    const queryFn = ({ signal }: { signal: AbortSignal }) => read(signal);
    // What is known stays when this fails; the next READY puts it right.
    await this.#queryClient.query({ queryKey, queryFn, staleTime: 0 }).catch(() => undefined);
  }

  #refreshUnheard(): void {
    this.#cache.updateAll(keys.allTyping(), () => []);
    for (const { queryKey } of unheardKeys()) void this.#queryClient.invalidateQueries({ queryKey });
    const histories = this.#queryClient.getQueryCache().findAll({ queryKey: keys.allMessages().queryKey });
    for (const query of histories) this.#refreshHistory(query);
  }

  #refreshHistory(query: Query): void {
    const { queryKey } = query;
    const channelId = ChannelId.safeParse(queryKey.at(-1));
    // Nobody looks: it is loaded when somebody does.
    if (!query.isActive() && query.state.fetchStatus === "idle")
      this.#queryClient.removeQueries({ queryKey, exact: true });
    else if (channelId.success) void this.#histories.refresh(channelId.data);
  }

  /** Records what comes while a query is fetched, and applies it to the answer. */
  #followFetch(notice: QueryCacheNotifyEvent): void {
    const { queryHash } = notice.query;
    if (notice.type === "removed") return this.#endFetch(queryHash);
    if (notice.type !== "updated") return;
    const { action } = notice;
    if (action.type === "fetch") {
      this.#endFetch(queryHash);
      this.#fetches.set(queryHash, this.#recorder.start());
    } else if (action.type === "success" && action.manual !== true) {
      const recording = this.#fetches.get(queryHash);
      this.#endFetch(queryHash);
      const query = this.#queryClient.getQueryCache().get(queryHash);
      if (recording && query) this.#catchUp(query.queryKey, recording);
    } else if (action.type === "error") this.#endFetch(queryHash);
  }

  #endFetch(queryHash: string): void {
    const recording = this.#fetches.get(queryHash);
    if (recording) this.#recorder.stop(recording);
    this.#fetches.delete(queryHash);
  }

  #catchUp(queryKey: readonly unknown[], recording: Recording): void {
    const query = this.#queryClient.getQueryCache().find({ queryKey, exact: true });
    if (!query) return;
    if (!recording.isComplete) return void this.#queryClient.invalidateQueries({ queryKey, exact: true });
    const scoped = new Cache(this.#queryClient, query.queryHash);
    const requests = { ...this.#requests, refreshUnheard: () => this.#refreshOne(query) };
    notifyManager.batch(() => {
      for (const event of recording.events) applyEvent(this.#contextOf(scoped, requests), event);
    });
  }

  /** READY came while this was fetched: nobody can tell what fell between the two. */
  #refreshOne(query: Query): void {
    const { queryKey } = query;
    const isBelow = (key: CacheKey<unknown>) => partialMatchKey(queryKey, key.queryKey);
    if (isBelow(keys.allMessages())) this.#refreshHistory(query);
    else if (unheardKeys().some(isBelow)) void this.#queryClient.invalidateQueries({ queryKey, exact: true });
  }

  #scheduleTypingEnd(): void {
    clearTimeout(this.#typingTimer);
    const endMs = findTypingEndMs(this.#cache);
    if (endMs === undefined) return;
    this.#typingTimer = setTimeout(
      () => {
        expireTyping(this.#cache, Date.now());
        this.#scheduleTypingEnd();
      },
      Math.max(1, endMs - Date.now()),
    );
  }
}
