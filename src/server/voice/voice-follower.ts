/**
 * Keeps voice in step with the members' rights (VO8): whatever takes a right away is in the event log before anybody is
 * told of it, and ends the media in that very turn. Roles, overrides, kicks, bans, a deleted channel or server, and the
 * end of a login session all arrive here alike.
 */
import type { EventLog, LogEntry } from "../events/event-log.ts";
import type { Logger } from "../kernel/logger.ts";
import type { Peer } from "./peer.ts";
import type { VoiceService } from "./voice.service.ts";
import type { VoiceSessions } from "./voice-sessions.ts";

interface Deps {
  events: Pick<EventLog, "subscribe">;
  sessions: Pick<VoiceSessions, "peers" | "remove">;
  voice: Pick<VoiceService, "reconsider" | "listPeersOf">;
  logger: Logger;
}

/** Returns the way to stop. */
export const followRights = ({ events, sessions, voice, logger }: Deps): (() => void) => {
  const reconsider = (peer: Peer): void => {
    voice
      .reconsider(peer)
      .catch((error: unknown) => logger.warn({ error }, "a change of rights was not told in full"));
  };

  const follow = (entry: LogEntry): void => {
    if (entry.kind === "event") {
      const { accessChange } = entry;
      if (!accessChange) return;
      for (const peer of voice.listPeersOf(accessChange.serverId, accessChange.userId)) reconsider(peer);
      return;
    }
    const { signal } = entry;
    if (signal.kind === "unheard")
      for (const peer of voice.listPeersOf(signal.serverId, signal.userId)) reconsider(peer);
    if (signal.kind !== "sessions-ended") return;
    const ended = new Set(signal.sessionIds);
    for (const peer of sessions.peers)
      if (ended.has(peer.actor.sessionId)) void sessions.remove(peer, "rights");
  };

  return events.subscribe(follow);
};
