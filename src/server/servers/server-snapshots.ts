/**
 * Everything of a server that a member's screen begins with. Rights and channels come from the access service's memory,
 * the rest from one query of each kind for all servers together.
 */
import type { Presence } from "#shared/contract/users.ts";
import type { ServerSnapshot } from "#shared/events.ts";
import type { UserId } from "#shared/ids.ts";
import type { ServerState } from "../access/server-state.ts";
import type { ChannelsService } from "../channels/channels.service.ts";
import type { MembersService } from "../members/members.service.ts";
import type { PresenceReader } from "../presence/presence-reader.ts";
import type { RolesService } from "../roles/roles.service.ts";
import type { VoiceStatesService } from "../voice/voice-states.service.ts";
import { presentServer } from "./servers.present.ts";
import type { ServersRepo } from "./servers.repo.ts";

interface Deps {
  repo: ServersRepo;
  channels: ChannelsService;
  members: MembersService;
  roles: RolesService;
  presence: PresenceReader;
  voiceStates: VoiceStatesService;
}

export const createServerSnapshots = ({ repo, channels, members, roles, presence, voiceStates }: Deps) => {
  const presencesIn = (state: ServerState): Presence[] =>
    [...state.members.keys()]
      .map((userId) => ({ userId, status: presence.statusOf(userId) }))
      .filter(({ status }) => status !== "offline");

  return {
    /** One for each of the states, in their order, without the servers that are gone or left by now. */
    async build(userId: UserId, states: readonly ServerState[]): Promise<ServerSnapshot[]> {
      if (states.length === 0) return [];
      const ids = states.map(({ id }) => id);
      const [rows, rolesOf, ownOf, channelsOf, voiceOf] = await Promise.all([
        repo.listByIds(ids),
        roles.listByServers(ids),
        members.listOfUser(userId, ids),
        channels.listVisible(userId, states),
        voiceStates.listVisible(userId, states),
      ]);
      const rowOf = new Map(rows.map((row) => [row.id, row]));
      return states.flatMap((state): ServerSnapshot[] => {
        const row = rowOf.get(state.id);
        const member = ownOf.get(state.id);
        if (!row || !member) return [];
        return [
          {
            server: presentServer(row),
            channels: channelsOf.get(state.id) ?? [],
            roles: rolesOf.get(state.id) ?? [],
            member,
            memberCount: state.members.size,
            voiceStates: voiceOf.get(state.id) ?? [],
            presences: presencesIn(state),
          },
        ];
      });
    },
  };
};
