import { ChevronRight } from "lucide-react";
import { useState } from "react";

import { useMe } from "#client/features/users/use-me.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Button } from "#client/ui/button.tsx";
import { DropdownMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { Switch } from "#client/ui/switch.tsx";
import type { UserId } from "#shared/ids.ts";

import { VolumeSlider } from "./volume-slider.tsx";
import styles from "./person-card.module.css";
import type { VoiceParticipant } from "./use-voice-people.ts";
import { useVoiceEngine } from "./voice-context.tsx";
import { describeVoiceState } from "./voice-words.ts";

/** How loud somebody is here, and for nobody else. */
const Volume = ({ userId }: { userId: UserId }) => {
  const engine = useVoiceEngine();
  const [volume, setVolume] = useState(() => engine?.getVolume(userId) ?? 1);
  if (!engine) return null;
  const change = (next: number): void => {
    setVolume(next);
    engine.setVolume(userId, next);
  };
  return <VolumeSlider label="Volume for you" value={volume} onChange={change} />;
};

/** The same entries as the right click's, as what stands in a card. */
const Entry = ({ entry, onDone }: { entry: MenuEntry; onDone: () => void }) => {
  switch (entry.kind) {
    case "checkbox":
      return (
        <Switch label={entry.label} isChecked={entry.isChecked} onCheckedChange={entry.onCheckedChange} />
      );
    case "submenu":
      return (
        <DropdownMenu items={entry.items} align="start">
          <Button size="small" isWide icon={entry.icon}>
            {entry.label}
            <ChevronRight aria-hidden className={styles.chevron} />
          </Button>
        </DropdownMenu>
      );
    case "item":
      return (
        <Button
          size="small"
          isWide
          icon={entry.icon}
          data-danger={entry.isDanger}
          onClick={() => {
            onDone();
            entry.onSelect();
          }}
        >
          {entry.label}
        </Button>
      );
    case "label":
    case "separator":
      return null;
    default:
      return entry satisfies never;
  }
};

type Props = VoiceParticipant & {
  items: readonly MenuEntry[];
  /** Before a dialog opens. */
  onDone: () => void;
};

/** Somebody in voice: how they are there, how loud they are here, and what may be done. */
export const PersonCard = ({ person, state, items, onDone }: Props) => {
  const isOwn = useMe().id === person.id;
  const marks = describeVoiceState(state);
  return (
    <div className={styles.card}>
      <div className={styles.head}>
        <Avatar id={person.id} name={person.name} imageUrl={person.avatarUrl} size={40} />
        <div className={styles.words}>
          <p className={styles.name}>{person.name}</p>
          <p className={styles.marks}>{marks.length > 0 ? marks.join(", ") : "in voice"}</p>
        </div>
      </div>
      {!isOwn && <Volume userId={person.id} />}
      {items.length > 0 && (
        <div className={styles.items}>
          {items.map((entry, index) => (
            <Entry
              key={"label" in entry ? entry.label : `${entry.kind}-${index}`}
              entry={entry}
              onDone={onDone}
            />
          ))}
        </div>
      )}
    </div>
  );
};
