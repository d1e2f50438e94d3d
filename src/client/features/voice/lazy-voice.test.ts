import { describe, expect, onTestFinished, test } from "vitest";

import { createFakeEngine } from "#client/app/voice-gallery/fake-engine.ts";
import { findScene } from "#client/app/voice-gallery/scenes.ts";
import { channels } from "#client/app/voice-gallery/world.ts";
import type { VoiceEngine } from "#client/voice/engine.ts";

import { LazyVoice } from "./lazy-voice.ts";

const { lounge, office } = channels;
const atRest = { kind: "idle", end: null };

const anEngine = (): VoiceEngine => {
  const engine = createFakeEngine(findScene("three"), { tell: () => undefined });
  onTestFinished(() => engine.close());
  return engine;
};

/** Voice whose engine comes when the test hands it over. */
const aSlowVoice = () => {
  const making = Promise.withResolvers<VoiceEngine>();
  let made = 0;
  const voice = new LazyVoice(() => {
    made += 1;
    return making.promise;
  });
  return { voice, making, getMadeCount: () => made };
};

describe("voice before its engine is there", () => {
  test("makes none until it is wanted, and then one for all who want it", async () => {
    const { voice, making, getMadeCount } = aSlowVoice();
    expect(getMadeCount()).toBe(0);
    const both = Promise.all([voice.load(), voice.load()]);
    making.resolve(anEngine());
    const [first, second] = await both;
    expect(first).toBe(second);
    expect(getMadeCount()).toBe(1);
    expect(voice.engine.get()).toBe(first);
  });

  test("counts as joining from the click on", async () => {
    const { voice, making } = aSlowVoice();
    const joining = voice.join(lounge.id);
    expect(voice.call.get()).toEqual({ kind: "joining", channelId: lounge.id });
    making.resolve(anEngine());
    await joining;
    expect(voice.call.get()).toMatchObject({ kind: "connected", channelId: lounge.id });
  });

  test("joins nothing after one has hung up meanwhile", async () => {
    const { voice, making } = aSlowVoice();
    const joining = voice.join(lounge.id);
    await voice.leave();
    expect(voice.call.get()).toEqual(atRest);
    const engine = anEngine();
    making.resolve(engine);
    await joining;
    expect(engine.call.state.get()).toEqual(atRest);
    expect(voice.call.get()).toEqual(atRest);
  });

  test("joins the channel that was chosen last", async () => {
    const { voice, making } = aSlowVoice();
    const both = Promise.all([voice.join(lounge.id), voice.join(office.id)]);
    expect(voice.call.get()).toEqual({ kind: "joining", channelId: office.id });
    making.resolve(anEngine());
    await both;
    expect(voice.call.get()).toMatchObject({ kind: "connected", channelId: office.id });
  });

  test("says that it could not be fetched, and tries anew on the next join", async () => {
    let hasNetwork = false;
    const voice = new LazyVoice(() =>
      hasNetwork ? Promise.resolve(anEngine()) : Promise.reject(new Error("no such chunk")),
    );
    await voice.join(lounge.id);
    expect(voice.call.get()).toEqual({
      kind: "idle",
      end: { kind: "refused", channelId: lounge.id, failure: { reason: "NETWORK" } },
    });
    hasNetwork = true;
    await voice.join(lounge.id);
    expect(voice.call.get().kind).toBe("connected");
  });
});

describe("voice with its engine", () => {
  test("follows how the call goes", async () => {
    const engine = anEngine();
    const voice = new LazyVoice(() => Promise.resolve(engine));
    await voice.join(lounge.id);
    await engine.leave();
    expect(voice.call.get()).toEqual(atRest);
  });

  test("keeps why a call could not be until that is read", async () => {
    const engine = createFakeEngine(findScene("unreachable"), { tell: () => undefined });
    onTestFinished(() => engine.close());
    const voice = new LazyVoice(() => Promise.resolve(engine));
    await voice.join(lounge.id);
    expect(voice.call.get()).toMatchObject({ kind: "idle", end: { kind: "unreachable" } });
    voice.dismissEnd();
    expect(voice.call.get()).toEqual(atRest);
  });

  test("is at rest when it was closed, and an engine that comes too late is closed as well", async () => {
    const { voice, making } = aSlowVoice();
    const joining = voice.join(lounge.id);
    voice.close();
    let isClosed = false;
    const late: VoiceEngine = { ...anEngine(), close: () => void (isClosed = true) };
    making.resolve(late);
    await joining;
    expect(isClosed).toBe(true);
    expect(voice.engine.get()).toBeNull();
    expect(voice.call.get()).toEqual(atRest);
  });
});
