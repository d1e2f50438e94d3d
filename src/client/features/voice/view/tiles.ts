/** What a voice channel's view shows: a tile for everyone who is there, and one for each screen that is shared. Pure. */
import type { OwnVoice, RemoteStream } from "#sdk/voice/index.ts";
import type { ConsumerId, UserId } from "#shared/ids.ts";

import type { VoiceParticipant } from "../use-voice-people.ts";

export interface TileVideo {
  track: MediaStreamTrack;
  /** Null for one's own, which comes from no one. */
  consumerId: ConsumerId | null;
  /** Until it flows, there is nothing to see. */
  isFlowing: boolean;
}

export interface Tile {
  /** Unique in the view. */
  key: string;
  kind: "person" | "screen";
  participant: VoiceParticipant;
  isOwn: boolean;
  video: TileVideo | undefined;
}

export interface Media {
  streams: readonly RemoteStream[];
  own: OwnVoice;
  ownId: UserId;
}

type VideoSource = "camera" | "screen";

const findVideo = (userId: UserId, source: VideoSource, media: Media): TileVideo | undefined => {
  if (userId === media.ownId) {
    const track = media.own[source];
    return track ? { track, consumerId: null, isFlowing: true } : undefined;
  }
  const stream = media.streams.find((one) => one.userId === userId && one.source === source);
  return stream && { track: stream.track, consumerId: stream.consumerId, isFlowing: stream.isWatched };
};

const toTile = (kind: Tile["kind"], participant: VoiceParticipant, media: Media): Tile => {
  const { id } = participant.person;
  const video = findVideo(id, kind === "screen" ? "screen" : "camera", media);
  return { key: `${kind}-${id}`, kind, participant, isOwn: id === media.ownId, video };
};

/** The shared screens first: they are what the others came to look at. */
export const listTiles = (participants: readonly VoiceParticipant[], media: Media): readonly Tile[] => {
  const screens = participants
    .map((participant) => toTile("screen", participant, media))
    .filter(({ video }) => video !== undefined);
  return [...screens, ...participants.map((participant) => toTile("person", participant, media))];
};
