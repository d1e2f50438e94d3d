import { useRef, useState } from "react";

import type { ServerId } from "#shared/ids.ts";

import { usePersonItems } from "../use-person-items.tsx";
import { fitTiles, tileGapPx } from "./fit-tiles.ts";
import styles from "./stage.module.css";
import { TileView } from "./tile-view.tsx";
import type { Tile } from "./tiles.ts";
import { type ElementSize, useElementSize } from "./use-element-size.ts";
import { useVideoWatch, WatchProvider } from "./watch-context.tsx";

/** The row of the others, below the one that is enlarged. */
const stripTileWidthPx = 168;
const stripHeightPx = (stripTileWidthPx * 9) / 16;
/** Lower than this, the row would take what the enlarged one needs. */
const minHeightForStripPx = 320;

type ViewProps = {
  tiles: readonly Tile[];
  size: ElementSize;
  getItems: ReturnType<typeof usePersonItems>["getItems"];
  onEnlarge: (key: string | undefined) => void;
};

const Grid = ({ tiles, size, getItems, onEnlarge }: ViewProps) => {
  const { widthPx, ratio } = fitTiles(tiles.length, size);
  return (
    <ul className={styles.grid} aria-label="In this channel">
      {tiles.map((tile) => (
        <TileView
          key={tile.key}
          tile={tile}
          widthPx={widthPx}
          ratio={ratio}
          items={getItems(tile.participant)}
          isEnlarged={false}
          onEnlarge={() => onEnlarge(tile.key)}
        />
      ))}
    </ul>
  );
};

const Enlarged = ({ tiles, size, getItems, onEnlarge, enlarged }: ViewProps & { enlarged: Tile }) => {
  const others = tiles.filter(({ key }) => key !== enlarged.key);
  const hasStrip = others.length > 0 && size.heightPx >= minHeightForStripPx;
  const heightPx = hasStrip ? size.heightPx - stripHeightPx - tileGapPx : size.heightPx;
  const widthPx = Math.floor(Math.min(size.widthPx, (heightPx * 16) / 9));
  const shown = { ratio: 16 / 9 };
  return (
    <div className={styles.enlarged}>
      <ul className={styles.main} aria-label="Enlarged">
        <TileView
          key={enlarged.key}
          {...shown}
          tile={enlarged}
          widthPx={widthPx}
          items={getItems(enlarged.participant)}
          isEnlarged
          onEnlarge={() => onEnlarge(undefined)}
        />
      </ul>
      {hasStrip && (
        <ul className={styles.strip} aria-label="The others in this channel">
          {others.map((tile) => (
            <TileView
              key={tile.key}
              {...shown}
              tile={tile}
              widthPx={stripTileWidthPx}
              items={getItems(tile.participant)}
              isEnlarged={false}
              onEnlarge={() => onEnlarge(tile.key)}
            />
          ))}
        </ul>
      )}
    </div>
  );
};

/** Everyone in the channel, in tiles as large as the place allows; or one of them large and the others in a row. */
export const Stage = ({ serverId, tiles }: { serverId: ServerId; tiles: readonly Tile[] }) => {
  const element = useRef<HTMLDivElement>(null);
  const size = useElementSize(element);
  const watch = useVideoWatch();
  const { getItems, dialogs } = usePersonItems(serverId);
  const [enlargedKey, setEnlargedKey] = useState<string>();
  const enlarged = tiles.find(({ key }) => key === enlargedKey);
  return (
    <WatchProvider value={watch}>
      <div ref={element} className={styles.stage}>
        {size &&
          (enlarged ? (
            <Enlarged
              tiles={tiles}
              size={size}
              getItems={getItems}
              onEnlarge={setEnlargedKey}
              enlarged={enlarged}
            />
          ) : (
            <Grid tiles={tiles} size={size} getItems={getItems} onEnlarge={setEnlargedKey} />
          ))}
      </div>
      {dialogs}
    </WatchProvider>
  );
};
