/**
 * Brings loaded histories up to date after events were missed, without emptying what is on the screen. Every message that
 * stays was read again afterwards, so that missed edits and deletions show as well.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { MessagePage } from "#shared/contract/messages.ts";
import type { ChannelId, MessageId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";
import type { TogetherClient } from "../client.ts";
import { type CallFailure, mayRetry, reasonOf, retryAfterMsOf } from "../failure.ts";
import type { EventRecorder, Recording } from "./event-recorder.ts";
import { keys, type MessageHistory, type MessagePosition } from "./keys.ts";
import { dropBefore, firstIdOf, historyOf, isAtNewest, lastIdOf } from "./message-history.ts";
import { loadMessages } from "./messages-query.ts";

interface Options {
  client: TogetherClient;
  queryClient: QueryClient;
  recorder: EventRecorder;
  /** Applies what came meanwhile to this one query. */
  catchUp: (queryKey: readonly unknown[], recording: Recording) => void;
}

/** A reader further up than this many pages gets the newest ones; the rest is loaded again by scrolling. */
const maxRefreshedPages = 5;

type LoadPage = (position: MessagePosition) => Promise<MessagePage>;

/** The stretch that is known, as it is now. One at the newest end stays there, whatever was written meanwhile. */
export const loadAnew = (known: MessageHistory, load: LoadPage): Promise<MessageHistory> => {
  const [firstKnown, lastKnown] = [firstIdOf(known), lastIdOf(known)];
  if (firstKnown === undefined || lastKnown === undefined) return loadNewest(load);
  const stretch = { firstKnown, lastKnown, hasMoreBefore: known.pages[0]?.hasMoreBefore === true };
  return isAtNewest(known) ? loadFromNewest(stretch, load) : loadFromFirst(stretch, load);
};

interface Stretch {
  firstKnown: MessageId;
  lastKnown: MessageId;
  hasMoreBefore: boolean;
}

const loadNewest = async (load: LoadPage): Promise<MessageHistory> =>
  historyOf(await load({ kind: "newest" }), { kind: "newest" });

/** Only the newest page when the gap is wider than one. */
const loadFromNewest = async (stretch: Stretch, load: LoadPage): Promise<MessageHistory> => {
  let history = await loadNewest(load);
  if (history.pages[0]?.hasMoreBefore === true && (firstIdOf(history) ?? "") > stretch.lastKnown)
    return history;
  for (let pages = 1; pages < maxRefreshedPages && isAbove(history, stretch.firstKnown); pages += 1) {
    const messageId = firstIdOf(history);
    if (messageId === undefined) break;
    const position: MessagePosition = { kind: "before", messageId };
    const older = await load(position);
    history = { pages: [older, ...history.pages], pageParams: [position, ...history.pageParams] };
  }
  return cutToStretch(history, stretch);
};

const loadFromFirst = async (stretch: Stretch, load: LoadPage): Promise<MessageHistory> => {
  const start: MessagePosition = { kind: "around", messageId: stretch.firstKnown };
  let history = historyOf(await load(start), start);
  for (let pages = 1; pages < maxRefreshedPages && !isAtNewest(history); pages += 1) {
    const messageId = lastIdOf(history);
    if (messageId === undefined || messageId >= stretch.lastKnown) break;
    const position: MessagePosition = { kind: "after", messageId };
    history = {
      pages: [...history.pages, await load(position)],
      pageParams: [...history.pageParams, position],
    };
  }
  return cutToStretch(history, stretch);
};

/** What begins above the known stretch would move what is on the screen. */
const cutToStretch = (history: MessageHistory, { firstKnown, hasMoreBefore }: Stretch): MessageHistory =>
  hasMoreBefore && (lastIdOf(history) ?? "") >= firstKnown ? dropBefore(history, firstKnown) : history;

const isAbove = (history: MessageHistory, firstKnown: MessageId): boolean =>
  history.pages[0]?.hasMoreBefore === true && (firstIdOf(history) ?? firstKnown) > firstKnown;

export class HistorySync {
  readonly #options: Options;
  /** The newest run for each channel; an older one that is overtaken gives up. */
  readonly #runs = new Map<ChannelId, AbortController>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Brings one loaded history up to date; tries again until it is, or until that is of no use any more. */
  refresh(channelId: ChannelId): Promise<void> {
    return this.#runAlone(channelId, (run) => this.#refreshUntilDone(channelId, run));
  }

  /** Shows the newest messages in place of what is loaded. @returns why not, if it failed */
  showNewest(channelId: ChannelId): Promise<CallFailure | undefined> {
    return this.#show(channelId, { kind: "newest" });
  }

  /** Shows a message with what stands around it in place of what is loaded. @returns why not, if it failed */
  showAround(channelId: ChannelId, messageId: MessageId): Promise<CallFailure | undefined> {
    return this.#show(channelId, { kind: "around", messageId });
  }

  /** Whether the history is being brought up to date, so that what is kept of it may be behind the events. */
  isBehind(channelId: ChannelId): boolean {
    return this.#runs.has(channelId);
  }

  /** Gives up all that is under way. */
  cancelAll(): void {
    for (const run of this.#runs.values()) run.abort();
    this.#runs.clear();
  }

  async #show(channelId: ChannelId, position: MessagePosition): Promise<CallFailure | undefined> {
    const wasBehind = this.isBehind(channelId);
    const load = async (loadPage: LoadPage) => historyOf(await loadPage(position), position);
    const failure = await this.#runAlone(channelId, (run) => this.#replace({ channelId, run, load }));
    // What is still shown must be brought up to date after all.
    if (failure && wasBehind) void this.refresh(channelId);
    return failure;
  }

  /** Runs it in place of what runs for the channel already. */
  async #runAlone<T>(channelId: ChannelId, start: (run: AbortController) => Promise<T>): Promise<T> {
    this.#runs.get(channelId)?.abort();
    const run = new AbortController();
    this.#runs.set(channelId, run);
    try {
      return await start(run);
    } finally {
      if (this.#runs.get(channelId) === run) this.#runs.delete(channelId);
    }
  }

  async #refreshUntilDone(channelId: ChannelId, run: AbortController): Promise<void> {
    const { client, queryClient } = this.#options;
    const { queryKey } = keys.messages(channelId);
    const startedAtMs = Date.now();
    for (let attempt = 0; !run.signal.aborted; attempt += 1) {
      const known = queryClient.getQueryData<MessageHistory>(queryKey);
      if (!known) return;
      const failure = await this.#replace({ channelId, run, load: (load) => loadAnew(known, load) });
      if (failure === undefined || run.signal.aborted) return;
      // Asked for by the query itself, the refusal shows on the screen.
      if (!mayRetry(failure)) return queryClient.invalidateQueries({ queryKey, exact: true });
      const delayMs = client.retryPolicy.nextDelayMs({ attempt, elapsedMs: Date.now() - startedAtMs });
      if (delayMs === null) return;
      await wait(Math.max(delayMs, retryAfterMsOf(failure) ?? 0));
    }
  }

  async #replace({ channelId, run, load }: Replacement): Promise<CallFailure | undefined> {
    const { client, queryClient, recorder, catchUp } = this.#options;
    const { queryKey } = keys.messages(channelId);
    const { signal } = run;
    const limit = limits.message.maxPageSize;
    const isKept = () => queryClient.getQueryData(queryKey) !== undefined;
    const wasKept = isKept();
    const recording = recorder.start();
    try {
      // A question that began from what this replaces would put that back.
      await queryClient.cancelQueries({ queryKey, exact: true });
      const history = await load((position) => loadMessages(client, { channelId, position, limit, signal }));
      await queryClient.cancelQueries({ queryKey, exact: true });
      // Forgotten meanwhile, with its channel: an answer must not bring it back.
      if (signal.aborted || (wasKept && !isKept())) return undefined;
      queryClient.setQueryData<MessageHistory>(queryKey, () => history);
      catchUp(queryKey, recording);
      return undefined;
    } catch (error) {
      return signal.aborted ? undefined : reasonOf(error);
    } finally {
      recorder.stop(recording);
    }
  }
}

interface Replacement {
  channelId: ChannelId;
  run: AbortController;
  load: (loadPage: LoadPage) => Promise<MessageHistory>;
}

const wait = (delayMs: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, delayMs);
  return promise;
};
