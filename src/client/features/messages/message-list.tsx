import { ArrowDown } from "lucide-react";
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  type WheelEvent,
} from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";

import { useMediaQuery } from "#client/lib/use-media-query.ts";
import { ContextMenu, type MenuEntry } from "#client/ui/menu.tsx";
import type { Message } from "#shared/contract/messages.ts";
import type { MessageId, UserId } from "#shared/ids.ts";

import { getMessageKey, type ListEntry, type ReadMark } from "./list-entries.ts";
import styles from "./message-list.module.css";
import { getRowLooks, SentRow, UnsentRow } from "./message-row.tsx";
import { MessageToolbar, MoreButton } from "./message-toolbar.tsx";
import { UnreadBar, useIsNewAbove } from "./unread-bar.tsx";
import { UnsentNotice } from "./unsent-notice.tsx";
import type { Jump } from "./use-jump.ts";
import { type ListScroll, useListScroll } from "./use-list-scroll.ts";
import type { MessageActions } from "./use-message-actions.tsx";
import type { MessageEdits } from "./use-message-edits.ts";
import { findRowKey, type RowFocus, useRowFocus } from "./use-row-focus.ts";
import { useRowSelection } from "./use-row-selection.ts";
import type { MessageSelection } from "./use-selection.tsx";
import { useShownWindow } from "./use-shown-window.ts";

/** Where nothing hovers, or there is no room for what would show then. */
const touchQuery = "(hover: none), (max-width: 799.98px)";

export type MessageListProps = {
  label: string;
  entries: readonly ListEntry[];
  /** Stands above the oldest message. */
  top: ReactNode;
  jump: Jump;
  actions: MessageActions;
  selection: MessageSelection;
  edits: MessageEdits;
  /** Stands in place of the text of the message that is edited. */
  editor: ReactNode;
  isBusy: boolean;
  /** What was read before; undefined where nothing is new. */
  readMark: ReadMark | undefined;
  onMarkRead: () => void;
  /** Whether the newest message is among the entries. */
  isAtNewest: boolean;
  ownUserId: UserId;
  onJump: (messageId: MessageId) => void;
  onJumpToNewest: () => void;
  onNearTop: () => void;
  onNearBottom: () => void;
  /** Told when the newest message comes into view or leaves it. */
  onBottomChange: (isAtBottom: boolean) => void;
};

type RowContext = MessageListProps & {
  scroll: ListScroll;
  focus: RowFocus;
  activeKey: string | undefined;
  isTouch: boolean;
  byId: ReadonlyMap<MessageId, Message>;
};

const more = <MoreButton />;

const getToolbar = ({ isTouch, actions }: RowContext, message: Message, isShown: boolean): ReactNode => {
  if (isTouch) return more;
  return isShown ? <MessageToolbar message={message} actions={actions} /> : undefined;
};

const renderRow = (entry: ListEntry, context: RowContext): ReactElement => {
  if (entry.kind === "top") return <div key={entry.key}>{context.top}</div>;
  const { edits, focus, activeKey, scroll } = context;
  const isActive = entry.key === activeKey;
  const looks = {
    ...getRowLooks(entry),
    isTabStop: entry.key === focus.tabStopKey,
    isHighlighted: entry.key === scroll.highlightedKey,
    isActive,
    onJump: context.onJump,
  };
  if (entry.kind === "unsent") {
    const { message } = entry;
    const source = message.replyTo ? context.byId.get(message.replyTo) : undefined;
    return (
      <UnsentRow
        key={entry.key}
        {...looks}
        message={message}
        source={source}
        notice={<UnsentNotice message={message} />}
      />
    );
  }
  const { message } = entry;
  const isEdited = edits.open?.message.id === message.id;
  const chosen = context.selection.open?.chosen;
  return (
    <SentRow
      key={entry.key}
      {...looks}
      message={message}
      editedContent={edits.saving.get(message.id)}
      isChosen={chosen && chosen.has(message.id)}
      toolbar={!chosen && getToolbar(context, message, isActive && !isEdited)}
      editor={isEdited ? context.editor : undefined}
    />
  );
};

/** How many messages of others came since the reader left the end. */
const useMissedCount = (entries: readonly ListEntry[], isAtBottom: boolean, ownUserId: UserId): number => {
  const newestKey = entries.at(-1)?.key;
  const [seenKey, setSeenKey] = useState(newestKey);
  if (isAtBottom && seenKey !== newestKey) setSeenKey(newestKey);
  return useMemo(() => {
    const seenIndex = entries.findLastIndex(({ key }) => key === seenKey);
    if (isAtBottom || seenIndex === -1) return 0;
    return entries
      .slice(seenIndex + 1)
      .filter((entry) => entry.kind === "sent" && entry.message.author.id !== ownUserId).length;
  }, [entries, seenKey, isAtBottom, ownUserId]);
};

const JumpButton = ({ missedCount, onPress }: { missedCount: number; onPress: () => void }) => (
  <button type="button" className={styles.jump} onClick={onPress}>
    <ArrowDown aria-hidden />
    {missedCount > 0 ? `${missedCount} new ${missedCount === 1 ? "message" : "messages"}` : "Jump to newest"}
  </button>
);

/** A link and selected text have the browser's own menu, and so has what is no message. */
const hasOwnMenu = (target: EventTarget): boolean =>
  findRowKey(target) === undefined ||
  (target instanceof Element && target.closest("a, textarea, input") !== null) ||
  (window.getSelection()?.isCollapsed === false && window.getSelection()?.toString() !== "");

/** Where a row's menu is about who wrote it. */
const isAtAuthor = (target: EventTarget): boolean =>
  target instanceof Element && target.closest("[data-author]") !== null;

/** One menu for all rows, about the one that it was asked for at, or about its author. */
const useRowMenu = ({ entries, actions, selection }: MessageListProps) => {
  const [menu, setMenu] = useState<{ key: string | undefined; isAtAuthor: boolean }>();
  const [isOpen, setIsOpen] = useState(false);
  const entry = entries.find(({ key }) => key === menu?.key);
  const getItems = (message: Message): readonly MenuEntry[] => {
    const ofAuthor = menu?.isAtAuthor === true ? actions.getAuthorItems(message) : [];
    return ofAuthor.length > 0 ? ofAuthor : actions.getItems(message);
  };
  const point = (target: EventTarget): void =>
    setMenu({ key: findRowKey(target), isAtAuthor: isAtAuthor(target) });
  const handlers = {
    // Before the menu hears of a press that may become a long one.
    onPointerDownCapture: ({ target }: { target: EventTarget }): void => point(target),
    onContextMenuCapture: (event: MouseEvent): void => {
      const key = findRowKey(event.target);
      const isSent = entries.some((row) => row.key === key && row.kind === "sent");
      if (!isSent || selection.open || hasOwnMenu(event.target)) event.stopPropagation();
      else point(event.target);
    },
  };
  return {
    items: entry?.kind === "sent" ? getItems(entry.message) : [],
    openKey: isOpen ? menu?.key : undefined,
    setIsOpen,
    handlers,
  };
};

/** The row under the pointer. */
const useHoveredRow = () => {
  const [hoveredKey, setHoveredKey] = useState<string>();
  return {
    hoveredKey,
    handlers: {
      onPointerOver: ({ target }: { target: EventTarget }): void => setHoveredKey(findRowKey(target)),
      onPointerLeave: (): void => setHoveredKey(undefined),
    },
  };
};

/** Everything that the rows are drawn from, and what the list around them needs. */
const useMessageRows = (props: MessageListProps) => {
  const { entries, edits } = props;
  const listRef = useRef<VirtualizerHandle>(null);
  const scrollerRef = useRef<HTMLDivElement>(null);
  const shown = useShownWindow(
    entries,
    () => listRef.current?.findItemIndex(listRef.current.scrollOffset) ?? 0,
  );
  const { rows } = shown;
  const scroll = useListScroll({ ...props, listRef, shown });
  const focus = useRowFocus({ rows, listRef, scrollerRef });
  const menu = useRowMenu(props);
  const choosing = useRowSelection({ rows, selection: props.selection, focus });
  const hover = useHoveredRow();
  const isTouch = useMediaQuery(touchQuery);
  const byId = useMemo(
    () =>
      new Map(rows.flatMap((row) => (row.kind === "sent" ? [[row.message.id, row.message] as const] : []))),
    [rows],
  );
  const editedKey = edits.open && getMessageKey(edits.open.message);
  const keepMounted = useMemo(
    () => rows.flatMap(({ key }, index) => (key === focus.focusedKey || key === editedKey ? [index] : [])),
    [rows, focus.focusedKey, editedKey],
  );
  const activeKey = menu.openKey ?? hover.hoveredKey ?? focus.focusedKey;
  const context: RowContext = { ...props, scroll, focus, activeKey, isTouch, byId };
  const handlers = { ...focus.handlers, ...menu.handlers, ...hover.handlers, ...choosing };
  const unread = useIsNewAbove(listRef, rows, props.readMark);
  const onScroll = (offset: number): void => {
    scroll.onScroll(offset);
    unread.look();
  };
  return {
    listRef,
    scrollerRef,
    shown,
    context,
    keepMounted,
    menu,
    handlers,
    onScroll,
    isNewAbove: unread.isNewAbove,
  };
};

/** The message to go to for what is new: the first of it, or the last that was read where that one is not loaded. */
const findNewId = ({ entries, readMark }: MessageListProps): MessageId | undefined => {
  const first = entries.find((entry) => entry.kind === "sent" && entry.isFirstNew);
  if (first?.kind === "sent") return first.message.id;
  return readMark?.kind === "message" ? readMark.id : undefined;
};

/** What comes up over the list, under the pointer of somebody who is scrolling, must not stop them. */
const scrollPastOverlay = ({ currentTarget, target, deltaY }: WheelEvent, scroller: Element | null): void => {
  if (!(target instanceof Node) || scroller?.contains(target)) return;
  if (currentTarget.contains(target)) scroller?.scrollBy(0, deltaY);
};

/** The conversation's messages, of which only those in view are drawn. */
export const MessageList = (props: MessageListProps) => {
  const { listRef, scrollerRef, shown, context, keepMounted, menu, handlers, ...moves } =
    useMessageRows(props);
  const { scroll } = context;
  const { onBottomChange, onJump } = props;
  const newId = findNewId(props);
  const isAtBottom = scroll.isAtBottom && props.isAtNewest;
  const missedCount = useMissedCount(props.entries, isAtBottom, props.ownUserId);
  useEffect(() => onBottomChange(isAtBottom), [onBottomChange, isAtBottom]);
  return (
    <div className={styles.frame} onWheel={(event) => scrollPastOverlay(event, scrollerRef.current)}>
      {moves.isNewAbove && <UnreadBar onGo={newId && (() => onJump(newId))} onMarkRead={props.onMarkRead} />}
      <ContextMenu items={menu.items} onOpenChange={menu.setIsOpen}>
        <div
          ref={scrollerRef}
          className={styles.scroller}
          role="log"
          // New messages are told beside the list: here rows come and go while it is scrolled.
          aria-live="off"
          aria-label={props.label}
          aria-busy={props.isBusy}
          {...handlers}
        >
          <div className={styles.spacer} />
          <Virtualizer
            key={shown.generation}
            ref={listRef}
            data={shown.rows}
            shift={shown.isShift}
            bufferSize={400}
            keepMounted={keepMounted}
            onScroll={moves.onScroll}
            onResize={scroll.keepPlace}
          >
            {(entry) => renderRow(entry, context)}
          </Virtualizer>
        </div>
      </ContextMenu>
      {!isAtBottom && <JumpButton missedCount={missedCount} onPress={props.onJumpToNewest} />}
    </div>
  );
};
