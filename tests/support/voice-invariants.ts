/** What holds in voice whenever nothing is under way, whatever has happened before; and a device and an onlooker that believe what they are told. */
import { channelPermissionsOf } from "#server/access/server-state.ts";
import { voiceStates } from "#server/database/schema/voice-states.ts";
import type { LogEntry } from "#server/events/event-log.ts";
import type { Peer } from "#server/voice/peer.ts";
import { findMissing, isDeafened, isSilenced, voiceRightsOf } from "#server/voice/voice.policy.ts";
import { presentVoiceState } from "#server/voice/voice.present.ts";
import type { MediaKind } from "#shared/contract/rtp.ts";
import type { VoiceJoined, VoiceSource, VoiceState } from "#shared/contract/voice.ts";
import type { GatewayEvent } from "#shared/events.ts";
import type { ConsumerId, UserId, VoiceSessionId } from "#shared/ids.ts";
import { hasPermission, NO_PERMISSIONS, type Permissions } from "#shared/permissions.ts";
import { expect } from "vitest";
import type { FakeConsumer } from "./fake-sfu.ts";
import type { createVoiceWorld } from "./voice-world.ts";

type World = Awaited<ReturnType<typeof createVoiceWorld>>;

/** Sees every channel, and keeps the sidebar by the events alone. */
export class Onlooker {
  readonly states = new Map<UserId, VoiceState>();

  hear(event: GatewayEvent): void {
    if (event.t === "CHANNEL_DELETE") {
      for (const [userId, { channelId }] of this.states)
        if (channelId === event.d.id) this.states.delete(userId);
    }
    if (event.t !== "VOICE_STATE_UPDATE") return;
    if (event.d.channelId === null) this.states.delete(event.d.userId);
    else this.states.set(event.d.userId, event.d);
  }
}

/** Every device of everybody: what each session may receive, by the join's answer and the signals to it. */
export class Devices {
  readonly #received = new Map<VoiceSessionId, Set<ConsumerId>>();

  joined({ voiceSessionId, consumers }: VoiceJoined): void {
    const received = this.#of(voiceSessionId);
    for (const { id } of consumers) received.add(id);
  }

  hear(event: GatewayEvent): void {
    if (event.t === "VOICE_CONSUMERS") {
      for (const { id } of event.d.consumers) this.#of(event.d.voiceSessionId).add(id);
    } else if (event.t === "VOICE_CONSUMERS_CLOSED") {
      for (const id of event.d.consumerIds) this.#of(event.d.voiceSessionId).delete(id);
    }
  }

  receivedOf({ voiceSessionId }: Peer): ConsumerId[] {
    return [...this.#of(voiceSessionId)].toSorted();
  }

  #of(id: VoiceSessionId): Set<ConsumerId> {
    const received = this.#received.get(id) ?? new Set();
    this.#received.set(id, received);
    return received;
  }
}

/** Hears all events from now on. Returns the way to stop. */
export const listenToVoice = (
  { events }: World,
  listeners: readonly { hear(event: GatewayEvent): void }[],
): (() => void) =>
  events.subscribe((entry: LogEntry) => {
    if (entry.kind === "event") for (const listener of listeners) listener.hear(entry.event);
  });

const permissionsOf = ({ access }: World, { serverId, channelId, actor }: Peer): Permissions => {
  const state = access.peek(serverId);
  const channel = state?.channels.get(channelId);
  return state && channel ? channelPermissionsOf(state, actor.userId, channel) : NO_PERMISSIONS;
};

const byUser = (states: Iterable<VoiceState>): VoiceState[] =>
  [...states].toSorted((a, b) => (a.userId < b.userId ? -1 : 1));

/** Those who are listed, those who are in a room, and those whom the onlooker sees are the same. */
export const expectOneTruth = async (world: World, onlooker: Onlooker): Promise<void> => {
  const rows = (await world.db.select().from(voiceStates)).map(presentVoiceState);
  const { peers } = world.sessions;
  expect(byUser(peers.flatMap(({ voiceState }) => (voiceState ? [voiceState] : [])))).toEqual(byUser(rows));
  expect(peers).toHaveLength(rows.length);
  expect(byUser(onlooker.states.values())).toEqual(byUser(rows));
  for (const peer of peers) {
    expect(hasPermission(permissionsOf(world, peer), "CONNECT_VOICE")).toBe(true);
    expect(peer.requireState().channelId).toBe(peer.channelId);
    // Whoever waits for another room is shown as they were.
    if (!peer.media) continue;
    expect(peer.voiceState).toMatchObject({
      camera: peer.producers.has("camera"),
      screen: peer.producers.has("screen"),
    });
  }
};

/** Nobody is at the SFU who is not listed, and no room outlives its members. */
export const expectNoStrangers = (world: World): void => {
  const { peers } = world.sessions;
  const owned = peers.flatMap(({ media }) => (media ? [media.sfuPeer] : []));
  const open = world.rooms().flatMap((room) => [...room.peers]);
  expect(new Set(open)).toEqual(new Set(owned));
  expect(open).toHaveLength(owned.length);
  const channels = new Set(peers.map(({ channelId }) => channelId));
  expect(world.rooms().length).toBeLessThanOrEqual(channels.size);
  for (const room of world.rooms()) {
    const inRoom = peers.filter(({ media }) => [...room.peers].some((one) => one === media?.sfuPeer));
    expect(new Set(inRoom.map(({ channelId }) => channelId)).size).toBeLessThanOrEqual(1);
  }
};

/** What is sent may be, and what flows reaches nobody whom it must not. */
export const expectRightfulMedia = (world: World): void => {
  const { peers } = world.sessions;
  const speakerOf = new Map(
    peers.flatMap((peer) => [...peer.producers.values()].map(({ id }) => [id, peer] as const)),
  );
  const sent = world.rooms().flatMap(({ producers }) => producers);
  expect(new Set(sent.map(({ id }) => id))).toEqual(new Set(speakerOf.keys()));
  for (const { id, source, isPaused } of sent) {
    const speaker = speakerOf.get(id);
    if (!speaker) continue;
    expect(findMissing(voiceRightsOf(permissionsOf(world, speaker)), source)).toBeUndefined();
    expect(isPaused, source).toBe(isSilenced(speaker.requireState(), source));
  }
  for (const peer of peers) {
    for (const { consumer, from, source } of peer.subscriptions.values()) {
      expect(from).not.toBe(peer);
      expect(from.channelId).toBe(peer.channelId);
      expect(speakerOf.get(consumer.producerId)).toBe(from);
      if (!mayReach(peer, { from, source, kind: consumer.kind }))
        expect(isFlowing(world, consumer.id), source).toBe(false);
    }
  }
};

/** Where nobody is one too many to be forwarded: what everybody asked for reaches them, but for the mute and the deaf. */
export const expectExactFlow = (world: World): void => {
  for (const peer of world.sessions.peers) {
    for (const { consumer, from, source } of peer.subscriptions.values()) {
      const isToFlow = mayReach(peer, { from, source, kind: consumer.kind });
      expect(isFlowing(world, consumer.id), source).toBe(isToFlow);
    }
  }
};

const mayReach = (
  peer: Peer,
  { from, source, kind }: { from: Peer; source: VoiceSource; kind: MediaKind },
): boolean => {
  if (kind === "audio" && isDeafened(peer.requireState())) return false;
  return !isSilenced(from.requireState(), source);
};

/** Everybody may receive all that the others send, and knows of it. */
export const expectWholeDevices = (world: World, devices: Devices): void => {
  for (const peer of world.sessions.peers) {
    const subscriptions = [...peer.subscriptions.values()];
    const others = world.sessions.peers.filter(
      (other) => other !== peer && other.channelId === peer.channelId,
    );
    const sent = others.flatMap(({ producers }) => [...producers.values()].map(({ id }) => id));
    const received = subscriptions.map(({ consumer }) => consumer.producerId);
    expect(received.toSorted()).toEqual(peer.media ? sent.toSorted() : []);
    if (peer.media)
      expect(devices.receivedOf(peer)).toEqual(subscriptions.map(({ consumer }) => consumer.id).toSorted());
  }
};

const isFlowing = (world: World, id: ConsumerId): boolean => {
  const consumers: FakeConsumer[] = world.rooms().flatMap((room) => room.consumers);
  return consumers.find((consumer) => consumer.id === id)?.isForwarding ?? false;
};
