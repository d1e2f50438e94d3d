/**
 * Says, without looking at the gateway, whom each entry of the log concerned when it was appended. While a change of
 * rights is on its way from the database over the access service to the log, both answers are right for those whom it is
 * about.
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

  #findFaultOfBeginning(client: StreamClient, visit: Visit): string | undefined {
    const { lastEventId, items } = visit;
    const begun = items[0]?.event.t;
    if (lastEventId === null) return begun === "READY" ? undefined : `a first connection began with ${begun}`;
    if (begun === "RESYNC") return this.#findFaultOfResync(client, lastEventId, visit);
    if (begun === "RESUMED") return this.#findFaultOfResume(client, lastEventId, visit);
    return `a return began with ${begun}`;
  }

  #findFaultOfResync({ userId }: StreamClient, lastEventId: string, visit: Visit): string | undefined {
    const { knockedAt, answeredAt, hasRaced, items } = visit;
    if (items[1] && items[1].event.t !== "READY") return `RESYNC was followed by ${items[1].event.t}`;
    const mustResume = !hasRaced && this.#mustResume(userId, lastEventId, answeredAt ?? knockedAt);
    return mustResume ? "RESYNC without need" : undefined;
  }

  #findFaultOfResume({ userId }: StreamClient, lastEventId: string, visit: Visit): string | undefined {
    const { knockedAt, hasRaced, items } = visit;
    if (items[0]?.id !== lastEventId) return "RESUMED moved the client's place";
    if (!this.#isOurs(lastEventId)) return "RESUMED from a foreign id";
    const position = sequenceOf(lastEventId);
    const hasChanged = this.#entries.some(
      ({ entry, changed }) => entry.sequence > position && entry.sequence <= knockedAt && changed.has(userId),
    );
    return hasChanged && !hasRaced ? "RESUMED across a change of rights" : undefined;
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
      const verdict = this.#judge(entry, verdicts.get(userId) ?? "forbidden", { visit, beginning });
      if (verdict === "required" && !got.has(sequence)) return `lost ${sequence} (${describe(entry)})`;
      if (verdict === "forbidden" && got.has(sequence)) return `brought ${sequence} (${describe(entry)})`;
    }
    return undefined;
  }

  /** What the entry's verdict is for one who came back after it was appended. */
  #judge(
    entry: LogEntry,
    verdict: Verdict,
    { visit, beginning }: { visit: Visit; beginning: GatewayItem },
  ): Verdict {
    if (entry.kind === "control" || verdict === "forbidden" || beginning.event.t !== "RESUMED")
      return verdict;
    const { knockedAt, answeredAt, hasRaced } = visit;
    // What is not kept passes by one who is away, and may pass by one who is just coming.
    if (entry.isTransient) return entry.sequence <= knockedAt ? "forbidden" : "either";
    // Rights that were changing may be looked at before or after.
    return hasRaced && entry.sequence <= (answeredAt ?? knockedAt) ? "either" : verdict;
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
        const known = this.#look(userId);
        const stored = this.#world.storedSightOf(userId);
        // Who comes now sees what both the database and the access service grant.
        const both = {
          servers: new Set([...known.servers].filter((id) => stored.servers.has(id))),
          channels: new Set([...known.channels].filter((id) => stored.channels.has(id))),
        };
        const views = [this.#told.get(userId), known, stored, both];
        const answers = new Set(views.map((seen) => this.#concerns(entry, userId, seen)));
        if (answers.size > 1) return [userId, "either"];
        return [userId, answers.has(true) ? "required" : "forbidden"];
      }),
    );
  }

  #concerns(entry: LogEntry, userId: UserId, seen: Seen | undefined): boolean {
    if (entry.kind === "control" || !seen) return false;
    const { audience } = entry;
    if (audience.kind === "users") return audience.userIds.includes(userId);
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
