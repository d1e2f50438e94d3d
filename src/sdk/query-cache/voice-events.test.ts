import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { VoiceState } from "#shared/contract/voice.ts";
import type { GatewayEvent } from "#shared/events.ts";
import { createFakeClient, credentials } from "#tests/support/fake-client.ts";
import { aChannel, aReady, aVoiceState, channelId, userId } from "#tests/support/wire-objects.ts";
import { connectQueryCache } from "./index.ts";
import { keys } from "./keys.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A screen's cache, live, with these people in the voice channel; `answer` is what the server says when it is asked. */
const startLive = async (voiceStates: VoiceState[], answer: VoiceState[] = []) => {
  const fake = createFakeClient({ "channels.list": () => [aChannel(1)], "voice.states": () => answer });
  const queryClient = new QueryClient();
  const cache = connectQueryCache({ client: fake.client, queryClient });
  onTestFinished(() => {
    cache.close();
    queryClient.clear();
    fake.client.close();
  });
  await Promise.all([fake.client.session.login(credentials), vi.advanceTimersByTimeAsync(10)]);
  fake.client.events.start();
  await vi.advanceTimersByTimeAsync(10);
  fake.gateway.last.open();
  let events = 0;
  const tell = (event: GatewayEvent) => fake.gateway.last.item(`e-${(events += 1)}`, event);
  const [snapshot] = aReady().servers;
  if (!snapshot) throw new Error("a READY has a server");
  tell({ t: "READY", d: aReady({ servers: [{ ...snapshot, voiceStates }] }) });
  const read = () => queryClient.getQueryData<VoiceState[]>(keys.voiceStates(snapshot.server.id).queryKey);
  return { fake, tell, read, serverId: snapshot.server.id };
};

const early = { joinedAt: "2026-01-01T00:00:00.000Z" };
const late = { joinedAt: "2026-01-01T00:05:00.000Z" };

test("VO7 who is in voice is known without a question, in the order in which they came", async () => {
  const { fake, tell, read, serverId } = await startLive([aVoiceState(3, late), aVoiceState(4, early)]);
  expect(read()?.map((state) => state.userId)).toEqual([userId(4), userId(3)]);
  tell({ t: "VOICE_STATE_UPDATE", d: aVoiceState(4, { ...early, selfMute: true }) });
  expect(read()).toEqual([aVoiceState(4, { ...early, selfMute: true }), aVoiceState(3, late)]);
  tell({ t: "VOICE_STATE_UPDATE", d: { userId: userId(4), serverId, channelId: null } });
  expect(read()).toEqual([aVoiceState(3, late)]);
  expect(fake.http.callsOf("voice.states")).toEqual([]);
});

test("who leaves the server, and a channel that is gone, leave nobody behind", async () => {
  const other = { channelId: channelId(2) };
  const { tell, read, serverId } = await startLive([aVoiceState(3), aVoiceState(4, other), aVoiceState(5)]);
  tell({ t: "MEMBER_LEAVE", d: { serverId, userId: userId(3) } });
  tell({ t: "CHANNEL_DELETE", d: { id: channelId(2), serverId } });
  expect(read()).toEqual([aVoiceState(5)]);
  tell({ t: "SERVER_DELETE", d: { id: serverId } });
  expect(read()).toBeUndefined();
});

test("a voice channel that comes into sight is read anew: nobody has told who is in it", async () => {
  const { fake, tell, read } = await startLive([], [aVoiceState(3)]);
  tell({ t: "CHANNEL_CREATE", d: aChannel(2, { type: "text" }) });
  await vi.advanceTimersByTimeAsync(50);
  expect(fake.http.callsOf("voice.states")).toEqual([]);
  tell({ t: "CHANNEL_CREATE", d: aChannel(1, { type: "voice" }) });
  await vi.advanceTimersByTimeAsync(50);
  expect(read()).toEqual([aVoiceState(3)]);
});
