import { Ellipsis, Maximize, Minimize, MonitorOff } from "lucide-react";
import { useRef, useState } from "react";

import { Avatar, type AvatarProps } from "#client/ui/avatar.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { ContextMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { Popover } from "#client/ui/popover.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";

import { PersonCard } from "../person-card.tsx";
import { useIsSpeaking, useVoiceEngine } from "../voice-context.tsx";
import { VoiceMarks } from "../voice-marks.tsx";
import { describeVoiceState } from "../voice-words.ts";
import type { Tile } from "./tiles.ts";
import styles from "./tile.module.css";
import { useFullScreen } from "./use-full-screen.ts";
import { VideoPicture } from "./video-picture.tsx";

/** Below this, buttons would cover what the tile shows. */
const smallPx = 240;

const getAvatarSize = (widthPx: number): NonNullable<AvatarProps["size"]> => {
  if (widthPx >= 420) return 120;
  if (widthPx >= 220) return 80;
  return 48;
};

const getTitle = ({ kind, participant, isOwn }: Tile): string => {
  const { name } = participant.person;
  if (kind === "screen") return isOwn ? "Your screen" : `${name}’s screen`;
  return isOwn ? `${name} (you)` : name;
};

const Picture = ({ tile, widthPx }: { tile: Tile; widthPx: number }) => {
  const { kind, participant, isOwn, video } = tile;
  const { person } = participant;
  const isScreen = kind === "screen";
  return (
    <>
      <Avatar id={person.id} name={person.name} imageUrl={person.avatarUrl} size={getAvatarSize(widthPx)} />
      {video && (
        <VideoPicture video={video} isMirrored={isOwn && !isScreen} fit={isScreen ? "whole" : "fill"} />
      )}
    </>
  );
};

const Caption = ({ tile }: { tile: Tile }) => (
  <span className={styles.caption}>
    <span className={styles.name}>{getTitle(tile)}</span>
    {tile.kind === "person" && <VoiceMarks state={tile.participant.state} />}
  </span>
);

const StopSharing = () => {
  const engine = useVoiceEngine();
  return (
    <IconButton
      size="small"
      variant="solid"
      label="Stop sharing"
      icon={<MonitorOff />}
      onClick={() => engine?.stopVideo("screen")}
    />
  );
};

type ToolsProps = { tile: Tile; items: readonly MenuEntry[]; fullScreen: ReturnType<typeof useFullScreen> };

const Tools = ({ tile, items, fullScreen }: ToolsProps) => {
  const [isOpen, setIsOpen] = useState(false);
  const { participant, isOwn, kind, video } = tile;
  const { name } = participant.person;
  return (
    <div className={styles.tools}>
      {isOwn && kind === "screen" && <StopSharing />}
      {video && fullScreen.toggle && (
        <IconButton
          size="small"
          variant="solid"
          label={fullScreen.isOn ? "Leave full screen" : "Full screen"}
          icon={fullScreen.isOn ? <Minimize /> : <Maximize />}
          onClick={fullScreen.toggle}
        />
      )}
      {!(isOwn && kind === "screen") && !fullScreen.isOn && (
        <Popover
          label={`${name} in voice`}
          align="end"
          isOpen={isOpen}
          onOpenChange={setIsOpen}
          trigger={
            <IconButton size="small" variant="solid" label={`Options for ${name}`} icon={<Ellipsis />} />
          }
        >
          <PersonCard {...participant} items={items} onDone={() => setIsOpen(false)} />
        </Popover>
      )}
    </div>
  );
};

export type TileViewProps = {
  tile: Tile;
  widthPx: number;
  ratio: number;
  items: readonly MenuEntry[];
  isEnlarged: boolean;
  onEnlarge: () => void;
};

/** Somebody, or their screen. A click enlarges it. */
export const TileView = ({ tile, widthPx, ratio, items, isEnlarged, onEnlarge }: TileViewProps) => {
  const element = useRef<HTMLLIElement>(null);
  const isSpeaking = useIsSpeaking(tile.participant.person.id) && tile.kind === "person";
  const fullScreen = useFullScreen(element);
  const words = tile.kind === "person" ? describeVoiceState(tile.participant.state) : [];
  const row = (
    <li
      ref={element}
      className={styles.tile}
      style={{ width: widthPx, aspectRatio: ratio }}
      data-kind={tile.kind}
      data-speaking={isSpeaking}
      data-small={widthPx < smallPx}
      data-picture={tile.video !== undefined}
    >
      <button type="button" className={styles.face} aria-pressed={isEnlarged} onClick={onEnlarge}>
        <Picture tile={tile} widthPx={widthPx} />
        <Caption tile={tile} />
        <VisuallyHidden>
          {words.length > 0 && ` (${words.join(", ")})`}
          {isSpeaking && " speaks"}
        </VisuallyHidden>
      </button>
      <Tools tile={tile} items={items} fullScreen={fullScreen} />
    </li>
  );
  return items.length === 0 ? row : <ContextMenu items={items}>{row}</ContextMenu>;
};
