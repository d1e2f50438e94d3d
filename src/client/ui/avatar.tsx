import { useState, type CSSProperties } from "react";

import { cx } from "#client/lib/cx.ts";
import { getHue, getInitials } from "#client/lib/identity.ts";

import styles from "./avatar.module.css";

export type Presence = "online" | "away" | "dnd" | "offline";

export type AvatarProps = {
  /** Decides the colour behind the initials. */
  id: string;
  name: string;
  imageUrl?: string | null;
  /** The width in pixels. Default: 32. */
  size?: 20 | 24 | 32 | 40 | 48 | 80 | 120;
  /** Shows a dot. Default: none. */
  presence?: Presence;
  /** Default: "round". A server's is square. */
  shape?: "round" | "square";
  /** The ring of somebody who speaks. Default: false. */
  isSpeaking?: boolean;
};

/** Decoration: the name stands beside it in words, so screen readers skip it. */
export const Avatar = ({
  id,
  name,
  imageUrl,
  size = 32,
  presence,
  shape = "round",
  isSpeaking = false,
}: AvatarProps) => {
  const [failedUrl, setFailedUrl] = useState<string | null>(null);
  const hasImage = imageUrl !== undefined && imageUrl !== null && imageUrl !== failedUrl;
  const style: CSSProperties & { "--hue": number } = {
    width: size,
    height: size,
    fontSize: Math.round(size * 0.4),
    "--hue": getHue(id),
  };
  return (
    <span
      className={cx(styles.avatar, styles[shape], isSpeaking && styles.speaking)}
      style={style}
      aria-hidden
    >
      {hasImage ? (
        <img
          className={styles.image}
          src={imageUrl}
          alt=""
          width={size}
          height={size}
          loading="lazy"
          decoding="async"
          onError={() => setFailedUrl(imageUrl)}
        />
      ) : (
        <span className={styles.initials}>{getInitials(name)}</span>
      )}
      {presence !== undefined && <PresenceDot presence={presence} />}
    </span>
  );
};

/** Four states in four shapes: full, moon, bar and ring, so that none is told by colour alone. */
export const PresenceDot = ({ presence }: { presence: Presence }) => (
  <span className={cx(styles.dot, styles[presence])} aria-hidden />
);

export const presenceLabels: Record<Presence, string> = {
  online: "Online",
  away: "Away",
  dnd: "Do not disturb",
  offline: "Offline",
};
