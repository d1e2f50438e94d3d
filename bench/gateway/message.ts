import { createIdSource } from "#server/kernel/id-source.ts";
import { systemClock } from "#server/kernel/clock.ts";
import type { GatewayEvent } from "#shared/events.ts";
import { Nonce } from "#shared/ids.ts";

const ids = createIdSource(systemClock);
const nonce = Nonce.parse("01890a5d-ac96-774b-bcce-b302099a8057");

/** What most events are: two sentences of somebody's. */
export const aMessageCreate = (): GatewayEvent => ({
  t: "MESSAGE_CREATE",
  d: {
    id: ids.messageId(),
    channelId: ids.channelId(),
    author: { id: ids.userId(), username: "alice", displayName: "Alice", avatarUrl: null, bot: false },
    content:
      "The tide is in at half past four today. Shall we meet at the harbour before it, or on the boat?",
    replyTo: null,
    attachments: [],
    reactions: [],
    mentions: [],
    pinned: false,
    nonce,
    createdAt: new Date().toISOString(),
    editedAt: null,
  },
});
