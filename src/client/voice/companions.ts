/** Who comes into and goes out of the channel one is in, as the event stream tells everybody. */
import type { EventStream } from "#sdk/index.ts";
import type { EventPayloads, ServerSnapshot } from "#shared/events.ts";
import type { ChannelId, UserId } from "#shared/ids.ts";

export interface CompanionsOptions {
  events: Pick<EventStream, "onAny">;
  /** Where one is, while the call is on. */
  findChannel: () => ChannelId | null;
  findUser: () => UserId | null;
  onChange: (change: "other-joined" | "other-left") => void;
}

/** Begins at once: it must have seen READY to know who was there before. Returns the way to stop. */
export const watchCompanions = (options: CompanionsOptions): (() => void) => {
  const { events, findChannel, findUser, onChange } = options;
  const places = new Map<UserId, ChannelId>();
  const note = ({ voiceStates }: ServerSnapshot): void => {
    for (const { userId, channelId } of voiceStates) places.set(userId, channelId);
  };
  const move = ({ userId, channelId }: EventPayloads["VOICE_STATE_UPDATE"]): void => {
    const before = places.get(userId) ?? null;
    if (channelId === null) places.delete(userId);
    else places.set(userId, channelId);
    const own = findChannel();
    if (own === null || userId === findUser() || before === channelId) return;
    if (channelId === own) onChange("other-joined");
    else if (before === own) onChange("other-left");
  };

  return events.onAny((event) => {
    if (event.t === "READY") {
      places.clear();
      for (const server of event.d.servers) note(server);
    } else if (event.t === "SERVER_CREATE") note(event.d);
    else if (event.t === "VOICE_STATE_UPDATE") move(event.d);
  });
};
