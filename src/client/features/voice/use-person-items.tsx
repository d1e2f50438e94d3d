import { ArrowRightLeft, HeadphoneOff, MicOff, PhoneOff, UserRound } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";

import { useRights } from "#client/features/servers/use-rights.ts";
import { errorText } from "#client/features/session/error-text.ts";
import type { MenuEntry } from "#client/ui/menu.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { ServerId } from "#shared/ids.ts";

import { type Deed, listOffers, type PersonOffers } from "./person-offers.ts";
import type { VoiceParticipant } from "./use-voice-people.ts";

const MemberProfileDialog = lazy(() =>
  import("#client/features/members/member-profile-dialog.tsx").then((module) => ({
    default: module.MemberProfileDialog,
  })),
);

export interface PersonItems {
  /** For the card and for the right click: the profile, and what a moderator may do. */
  getItems: (participant: VoiceParticipant) => readonly MenuEntry[];
  /** Put it beside the list. */
  dialogs: ReactNode;
}

const toModeration = (offers: PersonOffers, moderate: (deed: Deed) => void): MenuEntry[] => {
  const { mute, deafen, targets, canDisconnect } = offers;
  const items: MenuEntry[] = [];
  if (mute) {
    items.push({
      kind: "checkbox",
      label: "Server mute",
      icon: <MicOff />,
      isChecked: mute.isOn,
      onCheckedChange: (serverMute) => moderate({ serverMute }),
    });
  }
  if (deafen) {
    items.push({
      kind: "checkbox",
      label: "Server deafen",
      icon: <HeadphoneOff />,
      isChecked: deafen.isOn,
      onCheckedChange: (serverDeaf) => moderate({ serverDeaf }),
    });
  }
  if (targets.length > 0) {
    items.push({
      kind: "submenu",
      label: "Move to",
      icon: <ArrowRightLeft />,
      items: targets.map(({ id, name }) => ({
        kind: "item",
        label: name,
        onSelect: () => moderate({ moveTo: id }),
      })),
    });
  }
  if (canDisconnect) {
    items.push({
      kind: "item",
      label: "Disconnect",
      icon: <PhoneOff />,
      isDanger: true,
      onSelect: () => moderate({ disconnect: true }),
    });
  }
  return items;
};

/** What can be done with somebody in voice; nobody is offered what the server would refuse. */
export const usePersonItems = (serverId: ServerId): PersonItems => {
  const { data: channels = [] } = trpc.channels.list.useQuery({ serverId }, { enabled: false });
  const { canIn, isAbove } = useRights(serverId);
  const { mutate } = trpc.voice.moderate.useMutation({ onError: (error) => toast.error(errorText(error)) });
  const [shown, setShown] = useState<Member>();
  const getItems = ({ person, state }: VoiceParticipant): readonly MenuEntry[] => {
    const { member } = person;
    const offers = listOffers(state, { channels, canIn, isBelow: member !== undefined && isAbove(member) });
    const moderation = toModeration(offers, (deed) =>
      mutate({ channelId: state.channelId, userId: state.userId, ...deed }),
    );
    const profile: MenuEntry[] = member
      ? [{ kind: "item", label: "Profile", icon: <UserRound />, onSelect: () => setShown(member) }]
      : [];
    const separator: MenuEntry[] = moderation.length > 0 ? [{ kind: "separator" }] : [];
    return [...profile, ...separator, ...moderation];
  };
  const dialogs = shown && (
    <Suspense>
      <MemberProfileDialog member={shown} onClose={() => setShown(undefined)} />
    </Suspense>
  );
  return { getItems, dialogs };
};
