import { useState, type ComponentProps } from "react";

import { phoneQuery, useMediaQuery } from "#client/lib/use-media-query.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { ContextMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { Popover } from "#client/ui/popover.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { ServerId } from "#shared/ids.ts";

import styles from "./channel-people.module.css";
import { PersonCard } from "./person-card.tsx";
import { usePersonItems } from "./use-person-items.tsx";
import { useParticipants, type VoiceParticipant } from "./use-voice-people.ts";
import { useIsSpeaking } from "./voice-context.tsx";
import { VoiceMarks } from "./voice-marks.tsx";
import { describeVoiceState } from "./voice-words.ts";

/** What it is given besides comes from the card that it opens. */
const PersonButton = ({ person, state, ...rest }: VoiceParticipant & ComponentProps<"button">) => {
  const isSpeaking = useIsSpeaking(person.id);
  const words = [...(isSpeaking ? ["speaks"] : []), ...describeVoiceState(state)];
  return (
    <button type="button" {...rest} className={styles.person} data-speaking={isSpeaking}>
      <Avatar
        id={person.id}
        name={person.name}
        imageUrl={person.avatarUrl}
        size={24}
        isSpeaking={isSpeaking}
      />
      <span className={styles.name}>{person.name}</span>
      {words.length > 0 && <VisuallyHidden>{` (${words.join(", ")})`}</VisuallyHidden>}
      <VoiceMarks state={state} />
    </button>
  );
};

const Person = ({ items, ...participant }: VoiceParticipant & { items: readonly MenuEntry[] }) => {
  const [isOpen, setIsOpen] = useState(false);
  const isPhone = useMediaQuery(phoneQuery);
  const row = (
    <li>
      <Popover
        label={`${participant.person.name} in voice`}
        side={isPhone ? "bottom" : "right"}
        align="start"
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        trigger={<PersonButton {...participant} />}
      >
        <PersonCard {...participant} items={items} onDone={() => setIsOpen(false)} />
      </Popover>
    </li>
  );
  return items.length === 0 ? row : <ContextMenu items={items}>{row}</ContextMenu>;
};

type Props = { serverId: ServerId; channelName: string; states: readonly VoiceState[] };

/** Who is in a voice channel, below it in the list. */
export const ChannelPeople = ({ serverId, channelName, states }: Props) => {
  const participants = useParticipants(serverId, states);
  const { getItems, dialogs } = usePersonItems(serverId);
  return (
    <>
      <ul className={styles.people} aria-label={`In ${channelName}`}>
        {participants.map((participant) => (
          <Person key={participant.person.id} {...participant} items={getItems(participant)} />
        ))}
      </ul>
      {dialogs}
    </>
  );
};
