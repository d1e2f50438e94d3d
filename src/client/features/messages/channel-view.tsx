import { useCallback, useMemo, useRef, useState } from "react";

import { type ChannelRights, useChannelRights } from "#client/features/servers/use-rights.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { useOutbox, useTypingSender } from "#client/features/session/live-context.tsx";
import { useShortcuts } from "#client/lib/shortcuts.ts";
import { TypingLine } from "#client/features/typing/typing-line.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { toast } from "#client/ui/toaster.tsx";
import type { Channel } from "#shared/contract/channels.ts";
import type { Message } from "#shared/contract/messages.ts";
import type { ServerId } from "#shared/ids.ts";

import { Announcer } from "./announcer.tsx";
import { Composer, NoComposer } from "./composer.tsx";
import styles from "./conversation.module.css";
import { buildEntries } from "./list-entries.ts";
import { ListTop } from "./list-top.tsx";
import type { Writing } from "./mention-text.ts";
import { MessageEditor } from "./message-editor.tsx";
import { MessageList } from "./message-list.tsx";
import { type People, usePeople } from "./people-context.tsx";
import { useDraft } from "./use-draft.ts";
import { type History, useHistory } from "./use-history.ts";
import { type Jumps, useJump } from "./use-jump.ts";
import { type MessageActions, useMessageActions } from "./use-message-actions.tsx";
import { type MessageEdits, useMessageEdits } from "./use-message-edits.ts";
import { type MessageRemoval, useMessageRemoval } from "./use-message-removal.tsx";
import { type Reading, useReading } from "./use-reading.ts";

const toReplyTarget = ({ id, author, content }: Message) => ({ id, author, content });

/** What is written here, and where it goes. */
const useWriting = (channel: Channel, people: People, { jump, jumpToNewest }: Jumps) => {
  const outbox = useOutbox();
  const typing = useTypingSender();
  const { draft, change, clear } = useDraft({ userId: people.own.id, channelId: channel.id });
  const field = useRef<HTMLTextAreaElement>(null);
  const focus = useCallback(() => field.current?.focus(), []);
  const reply = useCallback(
    (message: Message) => {
      change({ replyTo: toReplyTarget(message) });
      // A menu that closes gives the focus back first.
      setTimeout(focus);
    },
    [change, focus],
  );
  const write = (writing: Writing): void => {
    change({ writing });
    if (writing.text.trim() !== "" && writing.text !== draft.writing.text) typing.typed(channel.id);
  };
  const send = (content: string): boolean => {
    const sent = outbox.send({ channelId: channel.id, content, replyTo: draft.replyTo?.id });
    if (!sent) {
      toast.error("Too many messages are waiting to be sent. Yours stays here.");
      return false;
    }
    clear();
    if (jump.kind !== "loading") jumpToNewest();
    return true;
  };
  return { draft, field, focus, reply, write, send, cancelReply: () => change({ replyTo: null }) };
};

type Parts = {
  channel: Channel;
  rights: ChannelRights;
  people: People;
  history: History;
  jumps: Jumps;
  edits: MessageEdits;
  removal: MessageRemoval;
  actions: MessageActions;
  writing: ReturnType<typeof useWriting>;
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

const useNearEnds = ({ isFetching, hasOlder, isOlderFailed, isAtNewest, loadOlder, loadNewer }: History) => ({
  onNearTop: useCallback(() => {
    if (!isFetching && hasOlder && !isOlderFailed) loadOlder();
  }, [isFetching, hasOlder, isOlderFailed, loadOlder]),
  onNearBottom: useCallback(() => {
    if (!isFetching && !isAtNewest) loadNewer();
  }, [isFetching, isAtNewest, loadNewer]),
});

const Writer = ({ parts, onEscape }: { parts: Parts; onEscape: () => void }) => {
  const { channel, rights, people, history, edits, writing } = parts;
  if (!rights.can("SEND_MESSAGES")) return <NoComposer>You cannot write here</NoComposer>;
  const editLast = (): boolean => {
    const last = history.messages.findLast(({ author }) => author.id === people.own.id);
    if (last) edits.begin(last);
    return last !== undefined;
  };
  return (
    <Composer
      channelName={channel.name}
      draft={writing.draft}
      field={writing.field}
      onWrite={writing.write}
      onCancelReply={writing.cancelReply}
      onSend={writing.send}
      onEditLast={editLast}
      onEscape={onEscape}
    />
  );
};

const Failed = ({ history }: { history: History }) => (
  <div className={styles.note}>
    <Callout
      tone="danger"
      title="The messages can’t be shown"
      onRetry={history.retry}
      isRetrying={history.isFetching}
    >
      {errorText(history.error)}
    </Callout>
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
  const writing = useWriting(channel, people, jumps);
  const rights = useChannelRights(serverId, channel);
  const actions = useMessageActions({
    serverId,
    rights,
    people,
    edits,
    removal,
    onReply: writing.reply,
  });
  return { channel, rights, people, history, jumps, edits, removal, actions, writing };
};

const findNewestOfOthers = (
  { messages, isAtNewest }: History,
  { own }: People,
): Message | null | undefined =>
  isAtNewest ? (messages.findLast(({ author }) => author.id !== own.id) ?? null) : undefined;

/** One channel's messages, and where one writes. */
export const ChannelView = ({ serverId, channel }: { serverId: ServerId; channel: Channel }) => {
  const parts = useParts(serverId, channel);
  const { people, history, jumps, removal, writing } = parts;
  const [isAtBottom, setIsAtBottom] = useState(true);
  const newest = history.isAtNewest ? history.messages.at(-1) : undefined;
  const reading = useReading(
    { serverId, channelId: channel.id },
    { newestId: newest?.id, newestOfOthers: findNewestOfOthers(history, people), isAtBottom },
  );
  const escape = (): void => {
    reading.markRead();
    jumps.jumpToNewest();
    writing.focus();
  };
  useShortcuts({ escape });
  return (
    <div className={styles.middle}>
      {history.isLoaded && <Loaded parts={parts} reading={reading} onBottomChange={setIsAtBottom} />}
      {!history.isLoaded && (history.error ? <Failed history={history} /> : <Loading />)}
      <Announcer newest={newest} />
      <TypingLine serverId={serverId} channelId={channel.id} />
      <Writer parts={parts} onEscape={escape} />
      {removal.dialog}
    </div>
  );
};
