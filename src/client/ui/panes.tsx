import type { ReactNode } from "react";

import { cx } from "#client/lib/cx.ts";
import { phoneQuery, useMediaQuery } from "#client/lib/use-media-query.ts";

import styles from "./panes.module.css";

export type Pane = {
  id: string;
  /** The landmark's name, and the word in the bottom bar. */
  label: string;
  /** For the bottom bar. */
  icon: ReactNode;
  /** For the bottom bar: a Badge or an UnreadDot. */
  badge?: ReactNode;
  /** Default: "section". One is "main". */
  element?: "nav" | "main" | "aside" | "section";
  /** Its width in pixels beside the others; the one without takes the rest. */
  widthPx?: number;
  /** Folded away where the panes stand side by side. Default: false. */
  isFolded?: boolean;
  content: ReactNode;
};

export type PanesProps = {
  panes: readonly Pane[];
  /** The one in view on a phone. */
  activeId: string;
  onActiveIdChange: (id: string) => void;
  /** More buttons at the end of the bottom bar. */
  actions?: readonly { label: string; icon: ReactNode; onSelect: () => void }[];
  /** Default: true. Off while somebody types, so that the keyboard leaves room. */
  hasBottomBar?: boolean;
  /** On a phone, between the pane in view and the bar. */
  aboveBar?: ReactNode;
};

const PaneView = ({ pane, shift, isPhone }: { pane: Pane; shift: number; isPhone: boolean }) => {
  const Element = pane.element ?? "section";
  const isAway = isPhone ? shift !== 0 : pane.isFolded === true;
  return (
    <Element
      className={cx(styles.pane, pane.widthPx === undefined && styles.rest)}
      aria-label={pane.label}
      hidden={!isPhone && isAway}
      // What has slid out of view must not be tabbed into.
      inert={isAway}
      style={isPhone ? { transform: `translateX(${Math.sign(shift) * 100}%)` } : { width: pane.widthPx }}
    >
      {pane.content}
    </Element>
  );
};

const BottomBar = ({ panes, activeId, onActiveIdChange, actions = [] }: PanesProps) => (
  <nav className={styles.bar} aria-label="Views">
    {panes.map((pane) => (
      <button
        key={pane.id}
        type="button"
        className={styles.tab}
        onClick={() => onActiveIdChange(pane.id)}
        {...(pane.id === activeId && { "aria-current": "page" as const })}
      >
        <span className={styles.tabIcon}>
          {pane.icon}
          {pane.badge !== undefined && <span className={styles.tabBadge}>{pane.badge}</span>}
        </span>
        {pane.label}
      </button>
    ))}
    {actions.map((action) => (
      <button key={action.label} type="button" className={styles.tab} onClick={action.onSelect}>
        <span className={styles.tabIcon}>{action.icon}</span>
        {action.label}
      </button>
    ))}
  </nav>
);

/**
 * Columns side by side; under 800 px one at a time, with a bar of buttons below. All stay mounted, so that a pane that
 * comes back is as it was left.
 */
export const Panes = (props: PanesProps) => {
  const { panes, activeId, hasBottomBar = true, aboveBar } = props;
  const isPhone = useMediaQuery(phoneQuery);
  const activeIndex = panes.findIndex((pane) => pane.id === activeId);
  return (
    <div className={styles.frame}>
      <div className={styles.panes}>
        {panes.map((pane, index) => (
          <PaneView key={pane.id} pane={pane} shift={index - activeIndex} isPhone={isPhone} />
        ))}
      </div>
      {isPhone && aboveBar}
      {isPhone && hasBottomBar && <BottomBar {...props} />}
    </div>
  );
};
