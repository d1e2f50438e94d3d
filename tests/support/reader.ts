/** Somebody who follows the stream: what it told, in which order, and what was read anew when it said that it begins anew. */
import type { TogetherClient } from "#sdk/index.ts";
import type { ChannelId, MessageId } from "#shared/ids.ts";

/** Each message of the channels, in the order of the history. */
export const readHistory = async (
  client: TogetherClient,
  channelIds: readonly ChannelId[],
): Promise<{ id: MessageId; content: string }[]> => {
  const pages = channelIds.map(async (channelId) => {
    const all: { id: MessageId; content: string }[] = [];
    let before: MessageId | undefined;
    for (;;) {
      const input = { channelId, limit: 100, ...(before && { before }) };
      const page = await client.api.messages.list.query(input);
      all.unshift(...page.messages);
      before = page.messages[0]?.id;
      if (!page.hasMoreBefore || !before) return all;
    }
  });
  return (await Promise.all(pages)).flat();
};

export class Reader {
  readonly known = new Map<MessageId, string>();
  readonly heard: MessageId[] = [];
  readonly eventIds: string[] = [];
  resyncCount = 0;
  /** How often a connection that was live was so no more. */
  lossCount = 0;
  /** When it became live last, and when it was so no more. */
  liveSinceMs = 0;
  lostAtMs = 0;
  readonly #client: TogetherClient;
  readonly #channelIds: readonly ChannelId[];

  constructor(client: TogetherClient, channelIds: readonly ChannelId[]) {
    this.#client = client;
    this.#channelIds = channelIds;
    let wasLive = false;
    client.events.connection.subscribe(({ kind }) => {
      if (kind === "live" && !wasLive) this.liveSinceMs = performance.now();
      if (kind !== "live" && wasLive) {
        this.lossCount += 1;
        this.lostAtMs = performance.now();
      }
      wasLive = kind === "live";
    });
    client.events.onAny((event, id) => {
      // Its id is no place in the stream.
      if (event.t === "RESYNC") this.resyncCount += 1;
      else this.eventIds.push(id);
      // A server that is killed meanwhile sends READY again when it is back.
      if (event.t === "READY") this.#refetch().catch(() => undefined);
      if (event.t === "MESSAGE_CREATE") {
        this.heard.push(event.d.id);
        this.known.set(event.d.id, event.d.content);
      }
    });
    client.events.start();
  }

  get isLive(): boolean {
    return this.#client.events.connection.get().kind === "live";
  }

  async #refetch(): Promise<void> {
    for (const { id, content } of await readHistory(this.#client, this.#channelIds))
      this.known.set(id, content);
  }
}
