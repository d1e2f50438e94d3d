/** The rules of messages: each change commits first, then its event is appended. */
import type {
  EditMessage,
  ListMessages,
  Message,
  MessagePage,
  SearchMessages,
  SearchResult,
  SendMessage,
} from "#shared/contract/messages.ts";
import { LRUCache } from "lru-cache";
import { findMentions } from "#shared/contract/messages.ts";
import type { ChannelId, Nonce, UserId } from "#shared/ids.ts";
import { hasPermission } from "#shared/permissions.ts";
import type { AccessService, ChannelAccess, MessageAccess } from "../access/access.service.ts";
import { channelPermissionsOf, visibleChannelsOf } from "../access/server-state.ts";
import type { AuditService } from "../audit/audit.service.ts";
import type { Database } from "../database/client.ts";
import { withTransaction } from "../database/client.ts";
import { isForeignKeyViolation, isUnavailable } from "../database/errors.ts";
import type { Audience, EventLog } from "../events/event-log.ts";
import { tellOrReset } from "../events/tell-or-reset.ts";
import { AppError, invalidInput } from "../kernel/app-error.ts";
import { type Clock, nowDate } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/id-source.ts";
import type { ReadsService } from "../reads/reads.service.ts";
import type { Actor } from "../trpc/context.ts";
import { createSlowMode } from "./slow-mode.ts";
import { createMessageDeletion } from "./message-deletion.ts";
import { presentMessage, presentSharedMessage } from "./messages.present.ts";
import type { MessageDraft, MessageRow, MessagesRepo } from "./messages.repo.ts";
import { createSharedInserts } from "./shared-inserts.ts";
import { roomFor } from "../kernel/room-for.ts";

interface Deps {
  db: Database;
  repo: MessagesRepo;
  access: AccessService;
  audit: AuditService;
  reads: ReadsService;
  events: EventLog;
  clock: Clock;
  ids: IdSource;
}

/** Far more than can fail at once and be tried again. */
const maxUncertain = 10_000;

const toChannel = (access: ChannelAccess): Audience => ({
  kind: "channel",
  serverId: access.serverId,
  channelId: access.channel.id,
});

/** Those whom the text mentions, and who can see that it does. */
const visibleMentions = ({ state, channel }: ChannelAccess, content: string): UserId[] =>
  findMentions(content).filter((userId) =>
    hasPermission(channelPermissionsOf(state, userId, channel), "VIEW_CHANNEL"),
  );

export const createMessagesService = (deps: Deps) => {
  const { db, repo, access, reads, events, clock, ids } = deps;
  const slowMode = createSlowMode({ findLastSent: (where) => repo.findLastSent(where), clock });
  /** Nonces of messages that may be stored without having been announced, because the database was lost in between. */
  const uncertain = new LRUCache<Nonce, true>(roomFor(maxUncertain));

  const insertShared = createSharedInserts({ insert: (drafts) => repo.insert(drafts) });

  /** Undefined when the nonce was used before. */
  const store = async (draft: MessageDraft): Promise<MessageRow | undefined> => {
    const others = draft.mentions.filter((userId) => userId !== draft.authorId);
    if (others.length === 0) return insertShared(draft);
    return withTransaction(db, async (tx) => {
      const row = await repo.insertIn(tx, draft);
      if (row) await reads.addMentions(tx, draft.channelId, others);
      return row;
    });
  };

  /** What a nonce that is used again stands for. */
  const findRepeated = async (actor: Actor, place: ChannelAccess, nonce: Nonce | undefined) => {
    const row = nonce && (await repo.findByNonce(actor.userId, nonce));
    if (!row) return undefined;
    const first = firstOf(row, place.channel.id);
    return uncertain.delete(nonce) ? announceNew(place, first) : first;
  };

  const announceNew = (place: ChannelAccess, message: Message): Message => {
    events.append({ audience: toChannel(place), event: { t: "MESSAGE_CREATE", d: message } });
    return message;
  };

  const require = <T>(found: T | undefined): T => {
    if (found === undefined) throw new AppError("NOT_FOUND");
    return found;
  };

  return {
    /** A page of the channel's history, oldest first, before, after or around a message; the newest without any. */
    async list(
      actor: Actor,
      { channelId, before, after, around, limit }: ListMessages,
    ): Promise<MessagePage> {
      if (around) return listAround(repo, actor.userId, { channelId, around, limit });
      // One more than asked for tells whether there are more.
      if (after) {
        const rows = await repo.listAfter(actor.userId, { channelId, after, limit: limit + 1 });
        const messages = rows.slice(0, limit).map(presentMessage);
        return { messages, hasMoreBefore: true, hasMoreAfter: rows.length > limit };
      }
      const rows = await repo.listBefore(actor.userId, { channelId, before, limit: limit + 1 });
      const messages = rows.slice(0, limit).map(presentMessage).toReversed();
      return { messages, hasMoreBefore: rows.length > limit, hasMoreAfter: before !== undefined };
    },

    /**
     * Stores and announces a message. A nonce used before returns the message that it named: a retry never doubles.
     * @throws NOT_FOUND when the message replied to is not in the channel, INVALID_INPUT in a channel without text,
     *   SLOW_MODE
     */
    async send(actor: Actor, place: ChannelAccess, input: SendMessage): Promise<Message> {
      if (place.channel.type === "category") throw invalidInput("channelId", "a category has no messages");
      const { channelId, content, replyTo, nonce } = input;
      if (replyTo && !(await repo.isInChannel(replyTo, channelId))) throw new AppError("NOT_FOUND");
      let giveBack: () => void;
      try {
        giveBack = await slowMode.take(actor.userId, place);
      } catch (error) {
        // A retry is no second message, and is not refused as one.
        const first = await findRepeated(actor, place, nonce);
        if (first) return first;
        throw error;
      }
      const draft: MessageDraft = {
        id: ids.messageId(),
        channelId,
        authorId: actor.userId,
        content,
        replyToId: replyTo ?? null,
        mentions: visibleMentions(place, content),
        nonce: nonce ?? null,
        createdAt: nowDate(clock),
      };
      try {
        const row = await store(draft);
        if (row) return announceNew(place, presentMessage(row));
        giveBack();
        return require(await findRepeated(actor, place, nonce));
      } catch (error) {
        giveBack();
        // The channel was deleted between the check and the insert.
        if (isForeignKeyViolation(error)) throw new AppError("NOT_FOUND");
        if (nonce && isUnavailable(error)) uncertain.set(nonce, true);
        throw error;
      }
    },

    /** @throws MISSING_PERMISSION for another's message, NOT_FOUND */
    async edit(actor: Actor, place: MessageAccess, { content }: EditMessage): Promise<Message> {
      // One's own alone: nobody puts words into another's mouth.
      if (place.authorId !== actor.userId) throw new AppError("MISSING_PERMISSION", { permission: "OWNER" });
      const patch = { content, mentions: visibleMentions(place, content), editedAt: nowDate(clock) };
      if (!(await repo.update(place.messageId, patch))) throw new AppError("NOT_FOUND");
      const row = await tellOrReset(events, place, async () =>
        require(await repo.findById(actor.userId, place.messageId)),
      );
      events.append({
        audience: toChannel(place),
        event: { t: "MESSAGE_UPDATE", d: presentSharedMessage(row) },
      });
      return presentMessage(row);
    },

    ...createMessageDeletion(deps),

    /** Full text over one channel, or over what the caller sees of a server; newest first. @throws NOT_FOUND */
    async search(actor: Actor, input: SearchMessages): Promise<SearchResult> {
      const channelIds = await searchable(access, actor.userId, input);
      if (channelIds.length === 0) return { messages: [], nextCursor: null };
      const { query, authorId, after, limit } = input;
      const before = [input.before, input.cursor ?? undefined].filter((id) => id !== undefined).toSorted()[0];
      const asked = { channelIds, query, authorId, before, after, limit: limit + 1 };
      const rows = await repo.search(actor.userId, asked);
      const messages = rows.slice(0, limit).map(presentMessage);
      return { messages, nextCursor: rows.length > limit ? (messages.at(-1)?.id ?? null) : null };
    },
  };
};
export type MessagesService = ReturnType<typeof createMessagesService>;

/** The message that the nonce named first; a nonce belongs to one channel. */
const firstOf = (row: MessageRow, channelId: ChannelId): Message => {
  if (row.message.channelId !== channelId) throw new AppError("ALREADY_EXISTS", { field: "nonce" });
  if (row.message.deletedAt) throw new AppError("NOT_FOUND");
  return presentMessage(row);
};

const listAround = async (
  repo: MessagesRepo,
  viewerId: UserId,
  {
    channelId,
    around,
    limit,
  }: { channelId: ChannelId; around: NonNullable<ListMessages["around"]>; limit: number },
): Promise<MessagePage> => {
  const newer = Math.floor(limit / 2);
  const older = limit - newer - 1;
  const [before, middle, after] = await Promise.all([
    repo.listBefore(viewerId, { channelId, before: around, limit: older + 1 }),
    repo.findById(viewerId, around),
    repo.listAfter(viewerId, { channelId, after: around, limit: newer + 1 }),
  ]);
  const rows = [
    ...before.slice(0, older).toReversed(),
    ...(middle?.message.channelId === channelId ? [middle] : []),
    ...after.slice(0, newer),
  ];
  return {
    messages: rows.map(presentMessage),
    hasMoreBefore: before.length > older,
    hasMoreAfter: after.length > newer,
  };
};

const searchable = async (
  access: AccessService,
  userId: UserId,
  input: SearchMessages,
): Promise<ChannelId[]> => {
  if (input.channelId) return [(await access.requireChannel(userId, input.channelId)).channel.id];
  if (!input.serverId) return [];
  const { state } = await access.requireServer(userId, input.serverId);
  return [...visibleChannelsOf(state, userId).keys()];
};
