/**
 * Who comes into and goes out of the channel one is in, as the event stream tells everybody. It may begin long after the
 * stream: of those whom it has not seen come, it takes the ones that are heard to have been there, and no mute for a join.
 */
import type { EventStream, ReadableState } from "#sdk/index.ts";
import type { RemoteStream } from "#sdk/voice/index.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { EventPayloads } from "#shared/events.ts";
import type { ChannelId, UserId } from "#shared/ids.ts";

export interface CompanionsOptions {
  events: Pick<EventStream, "onAny">;
  /** Who is heard. */
  streams: ReadableState<readonly Pick<RemoteStream, "userId">[]>;
  /** Where one is, or about to be. */
  findChannel: () => ChannelId | null;
  findUser: () => UserId | null;
  onChange: (change: "other-joined" | "other-left") => void;
}

type Update = EventPayloads["VOICE_STATE_UPDATE"];

const isThere = (update: Update): update is VoiceState => update.channelId !== null;

/** Returns the way to stop. */
export const watchCompanions = (options: CompanionsOptions): (() => void) => {
  const { events, streams, findChannel, findUser, onChange } = options;
  const places = new Map<UserId, ChannelId>();
  /** Since when one is in the channel oneself, by the server's clock. */
  let ownJoinedAt: string | null = null;

  const noteHeard = (): void => {
    const own = findChannel();
    if (own === null) return;
    for (const { userId } of streams.get()) {
      if (!places.has(userId)) places.set(userId, own);
    }
  };
  const hasJustCome = (update: Update): boolean =>
    isThere(update) && ownJoinedAt !== null && update.joinedAt > ownJoinedAt;
  const move = (update: Update): void => {
    const { userId, channelId } = update;
    noteHeard();
    const isKnown = places.has(userId);
    const before = places.get(userId) ?? null;
    if (channelId === null) places.delete(userId);
    else places.set(userId, channelId);
    if (userId === findUser()) {
      ownJoinedAt = isThere(update) ? update.joinedAt : null;
      return;
    }
    const own = findChannel();
    if (own === null || before === channelId) return;
    if (channelId === own && (isKnown || hasJustCome(update))) onChange("other-joined");
    else if (before === own) onChange("other-left");
  };

  const stops = [
    streams.subscribe(noteHeard),
    events.onAny((event) => {
      if (event.t === "VOICE_STATE_UPDATE") move(event.d);
      // What happened in the meantime was not told, and is no news.
      if (event.t === "READY") {
        places.clear();
        for (const { voiceStates } of event.d.servers) {
          for (const { userId, channelId } of voiceStates) places.set(userId, channelId);
        }
        noteHeard();
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
};
