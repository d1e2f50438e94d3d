/**
 * A receiver of the stream as the property tests see one: it remembers what it was told and in which order, and from that
 * alone which channels there are for it. It can go back to anything that it had before, as a client does that was cut off.
 */
import { parseFrame } from "#sdk/events/gateway-item.ts";
import type { GatewayItem } from "#server/trpc/context.ts";
import type { CloseCode } from "#shared/close-codes.ts";
import { parseEventId } from "#shared/events.ts";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import { FakeLink } from "./fake-link.ts";
import { settleAll, type StreamWorld } from "./stream-world.ts";

type Channels = ReadonlyMap<ChannelId, ServerId>;

/** One connection: how it began, and what came. */
export interface Visit {
  lastEventId: string | null;
  /** The log's newest sequence when the client knocked, and when it was answered. */
  knockedAt: number;
  answeredAt: number | undefined;
  /** Whether rights were changing while it began. */
  hasRaced: boolean;
  items: GatewayItem[];
  end: "open" | "dropped" | "closed" | "failed";
  closeCode: CloseCode | undefined;
  failure: unknown;
}

const noChannels: Channels = new Map();

const apply = (channels: Channels, { event }: GatewayItem): Channels => {
  const next = new Map(channels);
  switch (event.t) {
    case "READY":
      return new Map(
        event.d.servers.flatMap(({ server, channels: all }) => all.map(({ id }) => [id, server.id] as const)),
      );
    case "SERVER_CREATE":
      for (const { id } of event.d.channels) next.set(id, event.d.server.id);
      return next;
    case "SERVER_DELETE":
      for (const [id, serverId] of channels) if (serverId === event.d.id) next.delete(id);
      return next;
    case "CHANNEL_CREATE":
      if (event.d.serverId) next.set(event.d.id, event.d.serverId);
      return next;
    case "CHANNEL_DELETE":
      next.delete(event.d.id);
      return next;
    default:
      return channels;
  }
};

export class StreamClient {
  readonly userId: UserId;
  readonly visits: Visit[] = [];
  readonly #world: StreamWorld;
  readonly #index: number;
  /** What the client knew after each item that it could resume from. */
  readonly #history: { id: string; channels: Channels }[] = [];
  #abort: AbortController | undefined;
  #link: FakeLink | undefined;
  /** Ends the stream once it is live. */
  #leave: (() => void) | undefined;
  #isPaused = false;

  constructor(world: StreamWorld, index: number) {
    const userId = world.users[index];
    if (!userId) throw new Error("no such user");
    this.userId = userId;
    this.#world = world;
    this.#index = index;
  }

  get visit(): Visit | undefined {
    const last = this.visits.at(-1);
    return last?.end === "open" ? last : undefined;
  }

  get channels(): Set<ChannelId> {
    return new Set((this.#history.at(-1)?.channels ?? noChannels).keys());
  }

  /** Connects with what it had so many items ago, or with an id that is none of its own. */
  async connect({ back, foreignId }: { back: number; foreignId?: string | undefined }): Promise<void> {
    if (this.visit) return;
    if (this.#history.length > 0) this.#history.length = Math.max(1, this.#history.length - back);
    const sessionId = this.#world.sessions[this.#index];
    if (!sessionId) throw new Error("no such session");
    const lastEventId = foreignId ?? this.#history.at(-1)?.id ?? null;
    const visit: Visit = {
      lastEventId,
      knockedAt: this.#world.log.lastSequence(),
      answeredAt: undefined,
      hasRaced: this.#world.pendingChanges > 0,
      items: [],
      end: "open",
      closeCode: undefined,
      failure: undefined,
    };
    this.visits.push(visit);
    const abort = new AbortController();
    this.#abort = abort;
    this.#leave = undefined;
    const onClose = (closeCode: CloseCode): void => {
      if (visit.end === "open") Object.assign(visit, { end: "closed", closeCode });
      abort.abort();
    };
    const link = new FakeLink({ onText: (text) => this.#hear(text, visit), onClose });
    if (this.#isPaused) link.pause();
    this.#link = link;
    const actor = { userId: this.userId, sessionId };
    const { signal } = abort;
    const stream = this.#world.streams.open({ actor, lastEventId, head: '{"id":1', link, signal });
    void this.#listen(stream, visit, this.#world.begunChanges);
    await settleAll();
  }

  /** Reads no more until it is resumed. */
  pause(): void {
    this.#isPaused = true;
    this.#link?.pause();
  }

  async unpause(): Promise<void> {
    this.#isPaused = false;
    this.#link?.unpause();
    await settleAll();
  }

  async drop(): Promise<void> {
    if (this.visit) this.visit.end = "dropped";
    this.#abort?.abort();
    this.#leave?.();
    await settleAll();
  }

  async #listen(
    stream: ReturnType<StreamWorld["streams"]["open"]>,
    visit: Visit,
    begunBefore: number,
  ): Promise<void> {
    try {
      let next = await stream.next();
      for (; !next.done; next = await stream.next()) {
        if (visit.end !== "open") {
          await stream.return(undefined);
          return;
        }
        const item = next.value;
        if (visit.answeredAt === undefined) {
          visit.answeredAt = this.#world.log.lastSequence();
          visit.hasRaced ||= this.#world.begunChanges > begunBefore;
        }
        this.#keep(item, visit);
      }
      const receiver = next.value;
      if (!receiver) {
        if (visit.end === "open") visit.end = "closed";
        return;
      }
      const leave = (): void => this.#world.streams.leave(receiver);
      if (visit.end === "open") this.#leave = leave;
      else leave();
    } catch (error) {
      Object.assign(visit, { end: "failed", failure: error });
    }
  }

  #hear(text: string, visit: Visit): void {
    const frame = parseFrame(text);
    if (frame.kind !== "item" || !frame.item.event) throw new Error(`no item of the stream: ${text}`);
    this.#keep({ id: frame.item.id, event: frame.item.event }, visit);
  }

  #keep(item: GatewayItem, visit: Visit): void {
    // What arrives after the network is gone does not arrive.
    if (visit.end !== "open") return;
    visit.items.push(item);
    const before = this.#history.at(-1)?.channels ?? noChannels;
    this.#history.push({ id: item.id, channels: apply(before, item) });
  }
}

/** The sequence behind the id, whatever its epoch. */
export const sequenceOf = (id: string): number => parseEventId(id)?.sequence ?? Number.NaN;
