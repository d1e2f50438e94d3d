/** Who stands behind the ids of voice. */
import { useMemberIndex } from "#client/features/members/use-members.ts";
import { getMemberName } from "#client/features/members/member-index.ts";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { ServerId, UserId } from "#shared/ids.ts";

export interface VoicePerson {
  id: UserId;
  name: string;
  avatarUrl: string | null;
  /** Undefined while it is not loaded. */
  member: Member | undefined;
}

export interface VoiceParticipant {
  person: VoicePerson;
  state: VoiceState;
}

const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

/** Each with the person behind it, by name: the order must not change while one points at somebody. */
export const useParticipants = (
  serverId: ServerId,
  states: readonly VoiceState[],
): readonly VoiceParticipant[] => {
  const members = useMemberIndex(serverId);
  const unknownIds = members ? states.flatMap(({ userId }) => (members.has(userId) ? [] : [userId])) : [];
  const asked = trpc.useQueries((t) => unknownIds.map((userId) => t.users.get({ userId })));
  const users = new Map(asked.flatMap(({ data }) => (data ? [[data.id, data] as const] : [])));
  return states
    .map((state): VoiceParticipant => {
      const member = members?.get(state.userId);
      const user = member?.user ?? users.get(state.userId);
      const name = (member && getMemberName(member)) ?? user?.displayName ?? "…";
      return { state, person: { id: state.userId, name, avatarUrl: user?.avatarUrl ?? null, member } };
    })
    .toSorted((a, b) => collator.compare(a.person.name, b.person.name));
};
