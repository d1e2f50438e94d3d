import { ArrowRightLeft, HeadphoneOff, MicOff, PhoneOff } from "lucide-react";
import type { ReactNode } from "react";

import { useMemberMenu } from "#client/features/members/use-member-menu.tsx";
import { useRights } from "#client/features/servers/use-rights.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { joinGroups, type MenuEntry } from "#client/ui/menu.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { ServerId } from "#shared/ids.ts";

import { type Deed, listOffers, type PersonOffers } from "./person-offers.ts";
import type { VoiceParticipant } from "./use-voice-people.ts";

export interface PersonItems {
  /** For the card and for the right click: what a moderator of voice may do, and what may be done with any member. */
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
  const menu = useMemberMenu(serverId);
  const getItems = ({ person, state }: VoiceParticipant): readonly MenuEntry[] => {
    const { member } = person;
    const offers = listOffers(state, { channels, canIn, isBelow: member !== undefined && isAbove(member) });
    const moderation = toModeration(offers, (deed) =>
      mutate({ channelId: state.channelId, userId: state.userId, ...deed }),
    );
    return joinGroups(moderation, member ? menu.getItems(member) : []);
  };
  return { getItems, dialogs: menu.dialogs };
};
