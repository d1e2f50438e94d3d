import { useCallback, useMemo, useState, type ReactNode } from "react";

import { useMemberMenu } from "#client/features/members/use-member-menu.tsx";
import { type ChannelRights, useChannelRights } from "#client/features/servers/use-rights.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { useShortcuts } from "#client/lib/shortcuts.ts";
import { TypingLine } from "#client/features/typing/typing-line.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import type { Channel } from "#shared/contract/channels.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { ServerId } from "#shared/ids.ts";

import { Announcer } from "./announcer.tsx";
import styles from "./conversation.module.css";
import { buildEntries } from "./list-entries.ts";
import { ListTop } from "./list-top.tsx";
import { MessageEditor } from "./message-editor.tsx";
import { MessageList } from "./message-list.tsx";
import { type People, usePeople } from "./people-context.tsx";
import { SlowModeLine } from "./slow-mode-line.tsx";
import { type History, useHistory } from "./use-history.ts";
import { type Jumps, useJump } from "./use-jump.ts";
import { type MessageActions, useMessageActions } from "./use-message-actions.tsx";
import { type MessageEdits, useMessageEdits } from "./use-message-edits.ts";
import { type MessageRemoval, useMessageRemoval } from "./use-message-removal.tsx";
import { type Reading, useReading } from "./use-reading.ts";
import { type MessageSelection, useSelection } from "./use-selection.tsx";
import { useSlowMode } from "./use-slow-mode.ts";
import { useWriting, type Writing } from "./use-writing.ts";
import { Writer } from "./writer.tsx";

type Parts = {
  channel: Channel;
  rights: ChannelRights;
  people: People;
  history: History;
  jumps: Jumps;
  edits: MessageEdits;
  removal: MessageRemoval;
  actions: MessageActions;
  selection: MessageSelection;
  writing: Writing;
  memberDialogs: ReactNode;
};

const useEntries = ({ history, people, removal }: Parts, readMark: Reading["readMark"]) => {
  const { messages, unsent, isAtNewest, hasOlder } = history;
  const { hidden } = removal;
  return useMemo(
    () =>
      buildEntries({
        messages: hidden.size === 0 ? messages : messages.filter(({ id }) => !hidden.has(id)),
        unsent: isAtNewest ? unsent : [],
        ownUserId: people.own.id,
        readMark,
        hasOlder,
      }),
    [messages, unsent, isAtNewest, hidden, people.own.id, readMark, hasOlder],
  );
};

const useNearEnds = ({ isFetching, hasOlder, olderTrouble, isAtNewest, loadOlder, loadNewer }: History) => ({
  onNearTop: useCallback(() => {
    if (!isFetching && hasOlder && olderTrouble === null) loadOlder();
  }, [isFetching, hasOlder, olderTrouble, loadOlder]),
  onNearBottom: useCallback(() => {
    if (!isFetching && !isAtNewest) loadNewer();
  }, [isFetching, isAtNewest, loadNewer]),
});

const Failed = ({ history }: { history: History }) => (
  <div className={styles.note}>
    <Failure
      title="The messages can’t be shown"
      error={history.error}
      onRetry={history.retry}
      isRetrying={history.isFetching}
    />
  </div>
);

const Loading = () => (
  <div className={styles.skeleton}>
    <SkeletonList label="Loading messages" rows={9} hasText />
  </div>
);

type LoadedProps = {
  parts: Parts;
  reading: Reading;
  onBottomChange: (isAtBottom: boolean) => void;
};

const Loaded = ({ parts, reading, onBottomChange }: LoadedProps) => {
  const { channel, rights, people, history, jumps, edits, removal, actions, writing } = parts;
  const entries = useEntries(parts, reading.readMark);
  const removeEdited = (): void => {
    if (edits.open) removal.ask(edits.open.message);
    edits.cancel();
  };
  return (
    <MessageList
      label={`Messages in #${channel.name}`}
      entries={entries}
      top={<ListTop channel={channel} history={history} canWrite={rights.can("SEND_MESSAGES")} />}
      jump={jumps.jump}
      actions={actions}
      selection={parts.selection}
      edits={edits}
      editor={<MessageEditor edits={edits} onEmpty={removeEdited} onDone={writing.focus} />}
      isBusy={history.isFetching}
      readMark={reading.readMark}
      onMarkRead={reading.markRead}
      isAtNewest={history.isAtNewest}
      ownUserId={people.own.id}
      onJump={jumps.jumpTo}
      onJumpToNewest={jumps.jumpToNewest}
      {...useNearEnds(history)}
      onBottomChange={onBottomChange}
    />
  );
};

const useParts = (serverId: ServerId, channel: Channel): Parts => {
  const people = usePeople();
  const jumps = useJump({ serverId, channelId: channel.id });
  const history = useHistory(channel.id, jumps.jump.kind === "loading");
  const edits = useMessageEdits(channel.id, people);
  const removal = useMessageRemoval(channel.id, people);
  const selection = useSelection(channel, people);
  const rights = useChannelRights(serverId, channel);
  const slowMode = useSlowMode(channel, { history, ownId: people.own.id, rights });
  const writing = useWriting(channel, { people, jumps, slowMode });
  const { getItems: getMemberItems, dialogs: memberDialogs } = useMemberMenu(serverId);
  const actions = useMessageActions({
    serverId,
    rights,
    people,
    edits,
    removal,
    selection,
    getMemberItems,
    onReply: writing.reply,
  });
  return {
    channel,
    rights,
    people,
    history,
    jumps,
    edits,
    removal,
    actions,
    selection,
    writing,
    memberDialogs,
  };
};

const findNewestOfOthers = (
  { messages, isAtNewest }: History,
  { own }: People,
): Message | null | undefined =>
  isAtNewest ? (messages.findLast(({ author }) => author.id !== own.id) ?? null) : undefined;

/** One channel's messages, and where one writes. */
export const ChannelView = ({ serverId, channel }: { serverId: ServerId; channel: Channel }) => {
  const parts = useParts(serverId, channel);
  const { people, history, jumps, removal, selection, writing } = parts;
  const [isAtBottom, setIsAtBottom] = useState(true);
  const newest = history.isAtNewest ? history.messages.at(-1) : undefined;
  const reading = useReading(
    { serverId, channelId: channel.id },
    { newestId: newest?.id, newestOfOthers: findNewestOfOthers(history, people), isAtBottom },
  );
  const escape = (): void => {
    if (selection.open) return selection.end();
    reading.markRead();
    jumps.jumpToNewest();
    writing.focus();
  };
  useShortcuts({ escape });
  return (
    <div className={styles.middle}>
      {history.isLoaded && <Loaded parts={parts} reading={reading} onBottomChange={setIsAtBottom} />}
      {!history.isLoaded && (history.error !== null ? <Failed history={history} /> : <Loading />)}
      <Announcer newest={newest} />
      <div className={styles.status}>
        <TypingLine serverId={serverId} channelId={channel.id} />
        <SlowModeLine slowMode={writing.slowMode} />
      </div>
      <Writer
        {...parts}
        findOwnLast={() => history.messages.findLast(({ author }) => author.id === people.own.id)}
        onEdit={parts.edits.begin}
        onEscape={escape}
      />
      {removal.dialog}
      {selection.dialog}
      {parts.memberDialogs}
    </div>
  );
};
