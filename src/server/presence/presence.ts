/**
 * Who is here (GW12): each user once, over all their connections. Online with the first, offline some time after the last
 * is gone, so that a reload does not flicker. Bounded by the connections, and by those that ended within that time.
 */
import type { ChosenStatus, PresenceStatus } from "#shared/contract/users.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import { timing } from "#shared/limits.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Scheduler } from "../kernel/scheduler.ts";
import type { PresenceCounter, PresenceReader } from "./presence-reader.ts";

interface Deps {
  events: Pick<EventLog, "append">;
  scheduler: Scheduler;
}

interface Attendance {
  chosenStatus: ChosenStatus;
  /** Whose members are told. */
  serverIds: readonly ServerId[];
  connections: { kind: "open"; count: number } | { kind: "gone"; cancel: () => void };
}

/**
 * When everybody comes back at once, each is news to each: told together, those of a moment leave in one write to every
 * socket instead of one each, for a fifth of the work. Longer, and so many frames would hold up the event loop.
 */
const gatherMs = 100;

export class Presence implements PresenceReader, PresenceCounter {
  readonly #deps: Deps;
  readonly #attendances = new Map<UserId, Attendance>();
  /** Whose status is told next, and to whose members where they are gone by then. */
  readonly #news = new Map<UserId, readonly ServerId[]>();
  /** Set while something was told a moment ago. */
  #cancelTelling: (() => void) | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  statusOf(userId: UserId): PresenceStatus {
    return this.#attendances.get(userId)?.chosenStatus ?? "offline";
  }

  countOnline(): number {
    return this.#attendances.size;
  }

  /** One connection more. */
  connect(
    userId: UserId,
    { chosenStatus, serverIds }: { chosenStatus: ChosenStatus; serverIds: Iterable<ServerId> },
  ): void {
    const before = this.statusOf(userId);
    const known = this.#attendances.get(userId)?.connections;
    if (known?.kind === "gone") known.cancel();
    const attendance: Attendance = {
      chosenStatus,
      serverIds: [...serverIds],
      connections: { kind: "open", count: known?.kind === "open" ? known.count + 1 : 1 },
    };
    this.#attendances.set(userId, attendance);
    if (before !== chosenStatus) this.#announce(userId, attendance.serverIds);
  }

  /** One connection less. */
  disconnect(userId: UserId): void {
    const attendance = this.#attendances.get(userId);
    if (attendance?.connections.kind !== "open") return;
    const count = attendance.connections.count - 1;
    if (count > 0) attendance.connections = { kind: "open", count };
    else {
      const cancel = this.#deps.scheduler.after(timing.offlineAfterMs, () => this.#leave(userId));
      attendance.connections = { kind: "gone", cancel };
    }
  }

  /** What the user wants to be seen as; it is shown while they are here. */
  choose(userId: UserId, status: ChosenStatus): void {
    const attendance = this.#attendances.get(userId);
    if (!attendance || attendance.chosenStatus === status) return;
    attendance.chosenStatus = status;
    this.#announce(userId, attendance.serverIds);
  }

  /** Keeps up with the servers whose members are to be told. */
  noteMembership(userId: UserId, { serverId, isMember }: { serverId: ServerId; isMember: boolean }): void {
    const attendance = this.#attendances.get(userId);
    if (!attendance) return;
    const others = attendance.serverIds.filter((id) => id !== serverId);
    attendance.serverIds = isMember ? [...others, serverId] : others;
  }

  /** Tells nobody any more: the server stops, and who was here comes back to the next one. */
  close(): void {
    for (const { connections } of this.#attendances.values()) {
      if (connections.kind === "gone") connections.cancel();
    }
    this.#attendances.clear();
    this.#news.clear();
    this.#cancelTelling?.();
  }

  #leave(userId: UserId): void {
    const attendance = this.#attendances.get(userId);
    this.#attendances.delete(userId);
    if (attendance) this.#announce(userId, attendance.serverIds);
  }

  /** At once, or with what else happens in the moment after the last news. */
  #announce(userId: UserId, serverIds: readonly ServerId[]): void {
    this.#news.set(userId, serverIds);
    if (!this.#cancelTelling) this.#tell();
  }

  #tell(): void {
    const news = [...this.#news];
    this.#news.clear();
    this.#cancelTelling = this.#deps.scheduler.after(gatherMs, () => {
      this.#cancelTelling = undefined;
      if (this.#news.size > 0) this.#tell();
    });
    for (const [userId, last] of news) {
      const serverIds = this.#attendances.get(userId)?.serverIds ?? last;
      this.#deps.events.append({
        audience: { kind: "peers", userId, serverIds },
        event: { t: "PRESENCE_UPDATE", d: { userId, status: this.statusOf(userId) } },
      });
    }
  }
}
