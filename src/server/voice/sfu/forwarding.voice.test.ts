import { expect, test } from "vitest";
import { DirectMedia } from "#tests/support/direct-media.ts";
import { startSfu } from "#tests/support/voice-sfu.ts";
import { routerRtpCapabilities } from "./codecs.ts";
import type { MediasoupSfuOptions } from "./mediasoup-sfu.ts";
import type { SfuConsumer, SfuPeer, SfuProducer } from "./sfu.ts";
import { aPeerListener, aRoomListener, produce } from "./sfu.suite.ts";

/** A room whose participants are the test itself. */
const startRoom = async (options: Partial<MediasoupSfuOptions> = {}) => {
  const media = new DirectMedia();
  const started = await startSfu({ ...options, createTransport: media.createTransport });
  const { listener, told, died } = aRoomListener();
  const room = await started.sfu.openRoom(listener);
  return {
    ...started,
    media,
    room,
    told,
    died,
    openPeer: () => room.openPeer(aPeerListener().listener),
  };
};

const consume = async (peer: SfuPeer, producer: SfuProducer): Promise<SfuConsumer> => {
  const consumer = await peer.consume(producer, routerRtpCapabilities);
  if (!consumer) throw new Error("the producer can be consumed");
  return consumer;
};

const hear = async (peer: SfuPeer, producer: SfuProducer): Promise<SfuConsumer> => {
  const consumer = await consume(peer, producer);
  await consumer.setPaused(false);
  return consumer;
};

test("has the capabilities of its routers, without one", async () => {
  await using made = await startRoom();
  await made.openPeer();
  const [router] = made.media.routers;
  expect(made.sfu.getRtpCapabilities()).toEqual(router?.rtpCapabilities);
});

test("what one sends arrives at all others", async () => {
  await using made = await startRoom();
  const [speaker, ada, ben] = [await made.openPeer(), await made.openPeer(), await made.openPeer()];
  const producer = await produce(speaker);
  const consumers = [await hear(ada, producer), await hear(ben, producer)];
  made.media.send(producer, "hello");
  await expect
    .poll(() => consumers.map((consumer) => made.media.received(consumer)))
    .toEqual([["hello"], ["hello"]]);
});

test("tells the bits a second that come in and go out", async () => {
  await using made = await startRoom();
  expect(await made.sfu.measureBitrate()).toBe(0);
  const [speaker, hearer] = [await made.openPeer(), await made.openPeer()];
  const producer = await produce(speaker);
  await hear(hearer, producer);
  await expect
    .poll(() => {
      for (let packet = 0; packet < 50; packet += 1) made.media.send(producer, "x".repeat(100));
      return made.sfu.measureBitrate();
    })
    .toBeGreaterThan(10_000);
  await made.sfu.close();
  expect(await made.sfu.measureBitrate()).toBe(0);
});

test("VO4 a paused producer's packets go no further", async () => {
  await using made = await startRoom();
  const [speaker, hearer] = [await made.openPeer(), await made.openPeer()];
  const producer = await produce(speaker, true);
  const consumer = await hear(hearer, producer);
  made.media.send(producer, "muted from the start");
  await producer.setPaused(false);
  made.media.send(producer, "spoken");
  await producer.setPaused(true);
  made.media.send(producer, "muted later");
  await producer.setPaused(false);
  made.media.send(producer, "spoken again");
  await expect.poll(() => made.media.received(consumer)).toContain("spoken again");
  expect(made.media.received(consumer)).toEqual(["spoken", "spoken again"]);
});

test("VO4 a paused consumer is sent nothing, and the others are", async () => {
  await using made = await startRoom();
  const [speaker, deaf, hearer] = [await made.openPeer(), await made.openPeer(), await made.openPeer()];
  const producer = await produce(speaker);
  const deafened = await consume(deaf, producer);
  const hearing = await hear(hearer, producer);
  made.media.send(producer, "one");
  await deafened.setPaused(false);
  made.media.send(producer, "two");
  await expect.poll(() => made.media.received(deafened)).toEqual(["two"]);
  expect(made.media.received(hearing)).toEqual(["one", "two"]);
});

test("VO10 tells how loud the loud are, and once that all have fallen silent", async () => {
  await using made = await startRoom();
  const peer = await made.openPeer();
  const [loud, silent, muted] = [await produce(peer), await produce(peer), await produce(peer, true)];
  const speak = (): void => {
    made.media.send(loud, "loud", -25);
    made.media.send(silent, "silent", -100);
    made.media.send(muted, "muted", -10);
  };
  // As many in a moment as the worker asks for.
  const heard = () => {
    for (let packet = 0; packet < 15; packet += 1) speak();
    return made.told.levels.length;
  };
  await expect.poll(heard).toBeGreaterThan(3);
  await expect.poll(() => made.told.levels.at(-1)).toEqual([]);
  const spoken = made.told.levels.slice(0, -1);
  expect(spoken.length).toBeGreaterThan(3);
  for (const levels of spoken) expect(levels).toEqual([{ producerId: loud.id, levelDbov: -25 }]);
});

test("VO10 hears who begins from three packets, and no click of a key", async () => {
  await using made = await startRoom();
  const peer = await made.openPeer();
  const [clicking, beginning] = [await produce(peer), await produce(peer)];
  for (const levelDbov of [-20, -20, -90, -20, -20]) made.media.send(clicking, "click", levelDbov);
  for (let packet = 0; packet < 3; packet += 1) made.media.send(beginning, "hello", -30);
  // Fewer than the worker's own observer counts: without an ear nobody would have been heard.
  await expect.poll(() => made.told.levels).toEqual([[{ producerId: beginning.id, levelDbov: -30 }], []]);
});

test("VO6 a room that outgrows its worker is heard across workers", async () => {
  await using made = await startRoom({ workers: 2, maxStreamsPerWorker: 2 });
  const [speaker, ada, ben] = [await made.openPeer(), await made.openPeer(), await made.openPeer()];
  const producer = await produce(speaker);
  await hear(ada, producer);
  await hear(ben, producer);
  expect(made.media.routers.size).toBe(1);

  const far = await made.openPeer();
  expect(made.media.routers.size).toBe(2);
  const there = await hear(far, producer);
  const answer = await produce(far);
  const here = await hear(speaker, answer);
  await expect
    .poll(() => {
      made.media.send(producer, "over there");
      made.media.send(answer, "back here");
      return [made.media.received(there)[0], made.media.received(here)[0]];
    })
    .toEqual(["over there", "back here"]);
});

test("VO6 muting and leaving reach across workers", async () => {
  await using made = await startRoom({ workers: 2, maxStreamsPerWorker: 1 });
  const near = await made.openPeer();
  const producer = await produce(near);
  await hear(near, producer);
  const far = await made.openPeer();
  expect(made.media.routers.size).toBe(2);
  const consumer = await hear(far, producer);
  const speak = (payload: string) => {
    made.media.send(producer, payload);
    return made.media.received(consumer);
  };
  await expect.poll(() => speak("before")).toContain("before");
  await producer.setPaused(true);
  speak("muted");
  await producer.setPaused(false);
  await expect.poll(() => speak("after")).toContain("after");
  expect(made.media.received(consumer)).not.toContain("muted");
  near.close();
  await expect.poll(() => far.consume(producer, routerRtpCapabilities)).toBeUndefined();
});
