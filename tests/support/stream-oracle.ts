/**
 * Says, without looking at the gateway, whom each entry of the log concerned when it was appended. While a change of
 * rights is known to the access service but not appended yet, both answers are right for those whom it is about.
 */
import type { LogEntry } from "#server/events/event-log.ts";
import { changesSight } from "#server/gateway/sight.ts";
import type { GatewayItem } from "#server/trpc/context.ts";
import type { ChannelId, ServerId, UserId } from "#shared/ids.ts";
import { parseEventId } from "#shared/events.ts";
import { sequenceOf, type StreamClient, type Visit } from "./stream-client.ts";
import type { StreamWorld } from "./stream-world.ts";

type Verdict = "required" | "forbidden" | "either";

interface Seen {
  servers: Set<ServerId>;
  channels: Set<ChannelId>;
}

export class StreamOracle {
  readonly #world: StreamWorld;
  readonly #entries: { entry: LogEntry; verdicts: Map<UserId, Verdict>; changed: Set<UserId> }[] = [];
  readonly #told = new Map<UserId, Seen>();

  constructor(world: StreamWorld) {
    this.#world = world;
    for (const userId of world.users) this.#told.set(userId, this.#look(userId));
    world.log.subscribe((entry) => this.#note(entry));
  }

  /** What is wrong with what the visit brought, in a sentence; undefined when all is well. */
  findFault(client: StreamClient, visit: Visit, isAtRest: boolean): string | undefined {
    const [first, second] = visit.items;
    if (!first) return isAtRest && visit.end === "open" ? "nothing came" : undefined;
    return (
      this.#findFaultOfBeginning(client, visit) ??
      (first.event.t === "RESYNC" && !second ? undefined : this.#findFaultOfStream(client, visit, isAtRest))
    );
  }

  #findFaultOfBeginning({ userId }: StreamClient, { lastEventId, knockedAt, answeredAt, items }: Visit): string | undefined {
    const [first, second] = items;
    const begun = first?.event.t;
    if (lastEventId === null) return begun === "READY" ? undefined : `a first connection began with ${begun}`;
    if (begun === "RESYNC") {
      if (second && second.event.t !== "READY") return `RESYNC was followed by ${second.event.t}`;
      return this.#mustResume(userId, lastEventId, answeredAt ?? knockedAt) ? "RESYNC without need" : undefined;
    }
    if (begun !== "RESUMED") return `a return began with ${begun}`;
    if (first?.id !== lastEventId) return "RESUMED moved the client's place";
    const position = sequenceOf(lastEventId);
    if (!this.#isOurs(lastEventId)) return "RESUMED from a foreign id";
    const hasChanged = this.#entries.some(
      ({ entry, changed }) => entry.sequence > position && entry.sequence <= knockedAt && changed.has(userId),
    );
    return hasChanged ? "RESUMED across a change of rights" : undefined;
  }

  #mustResume(userId: UserId, lastEventId: string, until: number): boolean {
    const position = sequenceOf(lastEventId);
    if (!this.#isOurs(lastEventId) || position > until || position < this.trimmedBelow) return false;
    const gap = this.#entries.filter(({ entry }) => entry.sequence > position && entry.sequence <= until);
    return !gap.some(({ changed }) => changed.has(userId));
  }

  #isOurs(id: string): boolean {
    return parseEventId(id)?.epoch === this.#world.log.epoch;
  }

  /** Set by the test, which can ask the log. */
  trimmedBelow = 0;

  #findFaultOfStream({ userId }: StreamClient, visit: Visit, isAtRest: boolean): string | undefined {
    const start = visit.items.findLastIndex(({ event }) => event.t === "READY" || event.t === "RESUMED");
    const beginning = visit.items[start];
    if (!beginning || start > 1) return "no beginning, or two of them";
    const from = sequenceOf(beginning.id);
    const came = visit.items.slice(start + 1).map((item) => sequenceOf(item.id));
    const isInOrder = came.every((sequence, index) => sequence > (came[index - 1] ?? from));
    if (!isInOrder) return `out of order or doubled: ${came.join(" ")} after ${from}`;
    const until = isAtRest && visit.end === "open" ? Infinity : (came.at(-1) ?? from);
    const got = new Set(came);
    for (const { entry, verdicts } of this.#entries) {
      const { sequence } = entry;
      if (sequence <= from || sequence > until) continue;
      const verdict = this.#judge(entry, verdicts.get(userId), beginning, visit.knockedAt);
      if (verdict === "required" && !got.has(sequence)) return `lost ${sequence} (${describe(entry)})`;
      if (verdict === "forbidden" && got.has(sequence)) return `brought ${sequence} (${describe(entry)})`;
    }
    return undefined;
  }

  /** What passes by unkept is not there for one who comes later; for one who is just coming it may be. */
  #judge(entry: LogEntry, verdict: Verdict = "forbidden", beginning: GatewayItem, knockedAt: number): Verdict {
    if (entry.kind === "control" || !entry.isTransient || verdict === "forbidden") return verdict;
    if (beginning.event.t !== "RESUMED") return verdict;
    return entry.sequence <= knockedAt ? "forbidden" : "either";
  }

  #note(entry: LogEntry): void {
    const changed = new Set<UserId>();
    const isFarewell = entry.kind === "event" && entry.event.t === "CHANNEL_DELETE";
    let verdicts = this.#judgeAll(entry);
    for (const userId of this.#world.users) {
      const told = this.#told.get(userId);
      if (told && changesSight(entry, userId, sightsOf(told))) changed.add(userId);
    }
    if (entry.kind === "event" && entry.accessChange) {
      const { serverId, userId } = entry.accessChange;
      for (const id of userId ? [userId] : this.#world.users) this.#retell(id, serverId);
      if (!isFarewell) verdicts = this.#judgeAll(entry);
    }
    this.#entries.push({ entry, verdicts, changed });
  }

  #judgeAll(entry: LogEntry): Map<UserId, Verdict> {
    return new Map(
      this.#world.users.map((userId) => {
        const isTold = this.#concerns(entry, userId, this.#told.get(userId));
        const isKnown = this.#concerns(entry, userId, this.#look(userId));
        if (isTold !== isKnown) return [userId, "either"];
        return [userId, isTold ? "required" : "forbidden"];
      }),
    );
  }

  #concerns(entry: LogEntry, userId: UserId, seen: Seen | undefined): boolean {
    if (entry.kind === "control" || !seen) return false;
    const { audience } = entry;
    if (audience.kind === "user") return audience.userId === userId;
    if (audience.kind === "channel") return seen.channels.has(audience.channelId);
    if (audience.kind === "server") return seen.servers.has(audience.serverId);
    return audience.userId === userId || audience.serverIds.some((id) => seen.servers.has(id));
  }

  #look(userId: UserId): Seen {
    const servers = this.#world.stored.map(({ id }) => id).filter((id) => this.#world.isMember(userId, id));
    return { servers: new Set(servers), channels: this.#world.visibleTo(userId) };
  }

  /** From here on the user knows of the rights in that server as they are. */
  #retell(userId: UserId, serverId: ServerId): void {
    const now = this.#look(userId);
    const told = this.#told.get(userId);
    if (!told) return;
    const inServer = this.#world.channelsEverIn(serverId);
    const channels = [...told.channels].filter((id) => !inServer.has(id));
    told.channels = new Set([...channels, ...[...now.channels].filter((id) => inServer.has(id))]);
    if (now.servers.has(serverId)) told.servers.add(serverId);
    else told.servers.delete(serverId);
  }
}

const sightsOf = ({ servers }: Seen) =>
  new Map([...servers].map((id) => [id, { permissions: 0n, channels: new Set<ChannelId>() }]));

const describe = (entry: LogEntry): string => (entry.kind === "event" ? entry.event.t : entry.kind);
