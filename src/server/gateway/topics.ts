/** Who listens to what: maps from channel, server and user to receivers, so that delivery costs O(1) each (GW9). */
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import type { Receiver } from "./receiver.ts";
import type { Sight } from "./sight.ts";

class Index<K> {
  readonly #members = new Map<K, Set<Receiver>>();
  readonly #none: ReadonlySet<Receiver> = new Set();

  add(key: K, receiver: Receiver): void {
    const members = this.#members.get(key);
    if (members) members.add(receiver);
    else this.#members.set(key, new Set([receiver]));
  }

  delete(key: K, receiver: Receiver): void {
    const members = this.#members.get(key);
    if (members?.delete(receiver) && members.size === 0) this.#members.delete(key);
  }

  get(key: K): ReadonlySet<Receiver> {
    return this.#members.get(key) ?? this.#none;
  }
}

export class Topics {
  readonly #byUser = new Index<UserId>();
  readonly #byServer = new Index<ServerId>();
  readonly #byChannel = new Index<ChannelId>();

  ofUser = (id: UserId): ReadonlySet<Receiver> => this.#byUser.get(id);
  ofServer = (id: ServerId): ReadonlySet<Receiver> => this.#byServer.get(id);
  ofChannel = (id: ChannelId): ReadonlySet<Receiver> => this.#byChannel.get(id);

  add(receiver: Receiver): void {
    this.#byUser.add(receiver.actor.userId, receiver);
  }

  /** Moves the receiver from what it listened to in the server to what it sees there now. */
  move(
    receiver: Receiver,
    serverId: ServerId,
    sights: { before: Sight | undefined; after: Sight | undefined },
  ): void {
    const { before, after } = sights;
    if (after) this.#byServer.add(serverId, receiver);
    else this.#byServer.delete(serverId, receiver);
    for (const channelId of before?.channels ?? []) {
      if (!after?.channels.has(channelId)) this.#byChannel.delete(channelId, receiver);
    }
    for (const channelId of after?.channels ?? []) {
      if (!before?.channels.has(channelId)) this.#byChannel.add(channelId, receiver);
    }
  }

  delete(receiver: Receiver): void {
    this.#byUser.delete(receiver.actor.userId, receiver);
    for (const [serverId, before] of receiver.sights)
      this.move(receiver, serverId, { before, after: undefined });
  }
}
