/**
 * The two that are compared, on the same transports: rooms as the server keeps them, with levels, the choice of the loudest
 * and pauses; and the least program that makes mediasoup do the same forwarding.
 */
import { createWorker, observer, type types } from "mediasoup";
import {
  mediaCodecs,
  routerRtpCapabilities,
  toMediasoupCapabilities,
  toMediasoupParameters,
} from "#server/voice/sfu/codecs.ts";
import { opusParameters } from "#server/voice/sfu/sfu.suite.ts";
import { requireWorkerBin, startSfu } from "#tests/support/voice-sfu.ts";
import { type Inlet, openInlet, openOutlet, pointTo, WireMedia } from "#tests/support/wire-media.ts";
import { WireRoom } from "#tests/support/wire-room.ts";

export interface Shape {
  rooms: number;
  /** Each unmuted, and asking to hear all others. */
  peersPerRoom: number;
  /** Where all that is forwarded is to arrive. */
  earPort: number;
}

export interface Side extends AsyncDisposable {
  worker: types.Worker;
  /** Once: rooms, and everyone in them. Resolves when all would hear all. */
  populate(shape: Shape): Promise<readonly Inlet[]>;
  /** Bytes of RTP that have reached the worker: on a busy machine not all that were sent. */
  receivedBytes(): Promise<number>;
}

export type SideName = "rooms" | "bare";

const firstSsrc = 10_000;

const receivedBytesOf = async (inlets: readonly types.PlainTransport[]): Promise<number> => {
  const stats = (await Promise.all(inlets.map((inlet) => inlet.getStats()))).flat();
  return stats.reduce((sum, { rtpBytesReceived }) => sum + rtpBytesReceived, 0);
};

export const startRooms = async (): Promise<Side> => {
  const stack = new AsyncDisposableStack();
  const wire = new WireMedia();
  const { promise: started, resolve } = Promise.withResolvers<types.Worker>();
  observer.once("newworker", resolve);
  const { sfu } = stack.use(await startSfu({ createTransport: wire.createTransport }));
  return {
    worker: await started,
    populate: async ({ rooms, peersPerRoom, earPort }) => {
      const inlets: Inlet[] = [];
      for (let number = 0; number < rooms; number += 1) {
        const room = stack.use(new WireRoom({ sfu, wire }));
        for (let peer = 0; peer < peersPerRoom; peer += 1) {
          inlets.push(await room.join({ ssrc: firstSsrc + inlets.length, earPort }));
        }
        await room.hearAll();
      }
      return inlets;
    },
    receivedBytes: () => receivedBytesOf(wire.inlets),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

interface Member extends Inlet {
  inlet: types.PlainTransport;
  outlet: types.PlainTransport;
  producer: types.Producer;
}

const openMember = async (router: types.Router, ssrc: number, earPort: number): Promise<Member> => {
  const [inlet, outlet] = await Promise.all([openInlet(router), openOutlet(router)]);
  await pointTo(outlet, earPort);
  const rtpParameters = toMediasoupParameters(opusParameters(ssrc));
  const producer = await inlet.produce({ kind: "audio", rtpParameters });
  return { ssrc, port: inlet.tuple.localPort, inlet, outlet, producer };
};

const hearAll = async ({ outlet, producer: own }: Member, members: readonly Member[]): Promise<void> => {
  const rtpCapabilities = toMediasoupCapabilities(routerRtpCapabilities);
  const others = members.filter(({ producer }) => producer !== own);
  await Promise.all(
    others.map(({ producer }) =>
      outlet.consume({ producerId: producer.id, rtpCapabilities, enableRtx: true }),
    ),
  );
};

export const startBare = async (): Promise<Side> => {
  const worker = await createWorker({ workerBin: requireWorkerBin() });
  const transports: types.PlainTransport[] = [];
  return {
    worker,
    populate: async ({ rooms, peersPerRoom, earPort }) => {
      const inlets: Inlet[] = [];
      for (let number = 0; number < rooms; number += 1) {
        const router = await worker.createRouter({ mediaCodecs });
        const members: Member[] = [];
        for (let peer = 0; peer < peersPerRoom; peer += 1) {
          members.push(await openMember(router, firstSsrc + inlets.length + peer, earPort));
        }
        for (const member of members) await hearAll(member, members);
        inlets.push(...members);
        transports.push(...members.map(({ inlet }) => inlet));
      }
      return inlets;
    },
    receivedBytes: () => receivedBytesOf(transports),
    [Symbol.asyncDispose]: async () => worker.close(),
  };
};

export const startSide: Record<SideName, () => Promise<Side>> = { rooms: startRooms, bare: startBare };
