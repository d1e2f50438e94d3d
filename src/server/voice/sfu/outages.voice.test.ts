import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { DirectMedia } from "#tests/support/direct-media.ts";
import { startSfu, takePorts } from "#tests/support/voice-sfu.ts";
import { createRetryPolicy } from "../../kernel/retry-policy.ts";
import { routerRtpCapabilities } from "./codecs.ts";
import { aPeerListener, aRoomListener, produce } from "./sfu.suite.ts";

const impatient = { retryPolicy: createRetryPolicy({ firstMs: 10, longestMs: 50 }) };

/** Another program's socket on a port. */
const holdUdp = async (port: number): Promise<AsyncDisposable> => {
  const socket = createSocket("udp4").bind(port, "127.0.0.1");
  await once(socket, "listening");
  return {
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await once(socket, "close");
    },
  };
};
const holdTcp = async (port: number): Promise<AsyncDisposable> => {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
};

test.each([
  { protocols: "UDP", holders: [holdUdp] },
  { protocols: "TCP", holders: [holdTcp] },
  { protocols: "UDP and TCP", holders: [holdUdp, holdTcp] },
])("says that its $protocols port is taken and what to do, and comes when it is free", async (taken) => {
  const port = takePorts(1);
  await using held = new AsyncDisposableStack();
  for (const hold of taken.holders) held.use(await hold(port));
  let fresh = 0;
  await using made = await startSfu({ ...impatient, port, onFreshWorker: () => void (fresh += 1) });
  const cause = `${taken.protocols} port ${port} is taken by another program; set VOICE_PORT to a free one`;
  expect(made.sfu.availability()).toEqual({ kind: "unavailable", cause });
  expect(() => made.sfu.getRtpCapabilities()).toThrow("VOICE_UNAVAILABLE");
  await expect(made.sfu.openRoom(aRoomListener().listener)).rejects.toMatchObject({
    reason: "VOICE_UNAVAILABLE",
    params: { cause },
  });
  await held.disposeAsync();
  await expect.poll(() => made.sfu.availability()).toEqual({ kind: "available" });
  expect(fresh).toBe(1);
  const room = await made.sfu.openRoom(aRoomListener().listener);
  expect((await room.openPeer(aPeerListener().listener)).sendTransport.iceCandidates).toHaveLength(2);
});

test("goes on with the workers whose port is free", async () => {
  const port = takePorts(2);
  await using _held = await holdUdp(port + 1);
  await using made = await startSfu({ ...impatient, port, workers: 2 });
  expect(made.sfu.availability()).toEqual({ kind: "available" });
  expect(made.sfu.workerPids).toHaveLength(1);
  expect((await made.sfu.openRoom(aRoomListener().listener)).close()).toBeUndefined();
});

test.each(["/nowhere/mediasoup-worker", "/bin/false", "/etc/hostname"])(
  "is off, and nothing else, with %s for a worker",
  async (workerBin) => {
    await using made = await startSfu({ ...impatient, workerBin });
    expect(made.sfu.availability()).toEqual({
      kind: "unavailable",
      cause: "The voice worker does not run; `npm run voice:worker` says why",
    });
  },
);

test("VO12 replaces a killed worker on its port", async () => {
  await using made = await startSfu();
  const { listener, told, died } = aRoomListener();
  const room = await made.sfu.openRoom(listener);
  const { listener: peerListener, told: peerTold } = aPeerListener();
  await room.openPeer(peerListener);
  const before = made.sfu.workerPids;
  made.killWorkers();
  await died;
  const next = await made.sfu.openRoom(aRoomListener().listener);
  const { sendTransport } = await next.openPeer(aPeerListener().listener);
  expect(new Set(sendTransport.iceCandidates.map((candidate) => candidate.port))).toEqual(
    new Set([made.port]),
  );
  expect(made.sfu.workerPids).not.toEqual(before);
  // The room says it for all that was in it.
  expect({ ...told, ...peerTold }).toEqual({ deaths: 1, levels: [], connected: [], losses: 0 });
});

test("VO12 a room on several workers dies once with any of them, and takes nothing else along", async () => {
  const media = new DirectMedia();
  const options = { workers: 2, maxStreamsPerWorker: 1, createTransport: media.createTransport };
  await using made = await startSfu(options);
  const { listener, told, died } = aRoomListener();
  const room = await made.sfu.openRoom(listener);
  const near = await room.openPeer(aPeerListener().listener);
  const producer = await produce(near);
  await (await near.consume(producer, routerRtpCapabilities))?.setPaused(false);
  const far = await room.openPeer(aPeerListener().listener);
  expect(await far.consume(producer, routerRtpCapabilities)).toMatchObject({ producerId: producer.id });
  const [survivor = 0, victim = 0] = made.sfu.workerPids;
  process.kill(victim, "SIGKILL");
  await died;
  await expect.poll(() => made.sfu.workerPids.length).toBe(2);
  expect(made.sfu.workerPids).toContain(survivor);
  expect(told.deaths).toBe(1);
  expect([...media.routers].every((router) => router.closed)).toBe(true);
});

test("refuses what was under way when the worker died", async () => {
  const media = new DirectMedia();
  await using made = await startSfu({ createTransport: media.createTransport });
  const room = await made.sfu.openRoom(aRoomListener().listener);
  const peer = await room.openPeer(aPeerListener().listener);
  const producer = await produce(peer);
  made.killWorkers();
  const calls = [
    room.openPeer(aPeerListener().listener),
    produce(peer),
    peer.consume(producer, routerRtpCapabilities),
    made.sfu.openRoom(aRoomListener().listener),
  ];
  // All are waited for at once: each must have somebody who takes its refusal.
  await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ reason: "VOICE_UNAVAILABLE" })));
  await expect(producer.setPaused(true)).resolves.toBeUndefined();
});
