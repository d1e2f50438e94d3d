import { useEffect, useRef } from "react";

import type { TileVideo } from "./tiles.ts";
import styles from "./tile.module.css";
import { useWatched } from "./watch-context.tsx";

type Props = {
  video: TileVideo;
  /** One's own camera is seen as in a mirror. */
  isMirrored: boolean;
  /** A screen is shown whole; a camera fills its tile. */
  fit: "whole" | "fill";
};

export const VideoPicture = ({ video, isMirrored, fit }: Props) => {
  const element = useRef<HTMLVideoElement>(null);
  const { track, consumerId, isFlowing } = video;
  useWatched(consumerId, element);
  useEffect(() => {
    const shown = element.current;
    if (!shown) return undefined;
    shown.srcObject = new MediaStream([track]);
    return () => {
      shown.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={element}
      className={styles.video}
      data-mirrored={isMirrored}
      data-fit={fit}
      data-flowing={isFlowing}
      autoPlay
      playsInline
      muted
      aria-hidden
    />
  );
};
