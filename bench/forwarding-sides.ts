/**
 * The two that are compared, on the same transports: rooms of our SFU as the server runs them, and the least program that
 * makes mediasoup do the same forwarding.
 */
import { readFile } from "node:fs/promises";
import { createWorker, observer, type types } from "mediasoup";
import { silentLogger } from "#server/kernel/logger.ts";
import {
  levelUri,
  mediaCodecs,
  routerRtpCapabilities,
  toMediasoupCapabilities,
  toMediasoupParameters,
} from "#server/voice/sfu/codecs.ts";
import { MediasoupSfu } from "#server/voice/sfu/mediasoup-sfu.ts";
import type { CreateTransport } from "#server/voice/sfu/transports.ts";
import type { RtpParameters } from "#shared/contract/rtp.ts";
import { TransportId } from "#shared/ids.ts";

export interface Shape {
  workerBin: string;
  rooms: number;
  peersPerRoom: number;
  /** Where all that is forwarded is to arrive, on 127.0.0.1. */
  sinkPort: number;
}

/** Where one participant's packets go in. */
export interface Inlet {
  port: number;
  ssrc: number;
}

export interface Side {
  worker: types.Worker;
  inlets: readonly Inlet[];
  /** By its own count: a busy machine loses packets behind it. */
  countSentBytes(): Promise<number>;
  /** What its worker grew by with the participants. */
  memoryKb: number;
  close(): Promise<void>;
}

const listenInfo = { protocol: "udp", ip: "127.0.0.1" } as const;

const openInlet = (router: types.Router): Promise<types.PlainTransport> =>
  router.createPlainTransport({ listenInfo, comedia: true });

const openOutlet = async (router: types.Router, port: number): Promise<types.PlainTransport> => {
  const outlet = await router.createPlainTransport({ listenInfo });
  await outlet.connect({ ip: "127.0.0.1", port });
  return outlet;
};

/** Of now: the system's own high-water mark of a child begins with its parent's. NaN where there is no /proc. */
const memoryKbOf = async ({ pid }: types.Worker): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
};

const countSentBytes = async (outlets: readonly types.PlainTransport[]): Promise<number> => {
  const stats = await Promise.all(outlets.map((outlet) => outlet.getStats()));
  return stats.flat().reduce((sum, { rtpBytesSent }) => sum + rtpBytesSent, 0);
};

/** As a browser's microphone. */
const parametersFor = (index: number): { ssrc: number; rtpParameters: RtpParameters } => {
  const ssrc = 10_000 + index;
  const rtpParameters = {
    codecs: [{ mimeType: "audio/opus", payloadType: 111, clockRate: 48_000, channels: 2 }],
    headerExtensions: [{ uri: levelUri, id: 1 }],
    encodings: [{ ssrc }],
  };
  return { ssrc, rtpParameters };
};

/** Plain transports in place of WebRTC's, so that no browser is needed; all else is as in the server. */
const plainTransports =
  (sinkPort: number, inlets: number[], outlets: types.PlainTransport[]): CreateTransport =>
  async ({ router, direction }) => {
    const media = direction === "send" ? await openInlet(router) : await openOutlet(router, sinkPort);
    if (direction === "send") inlets.push(media.tuple.localPort);
    else outlets.push(media);
    return {
      description: {
        id: TransportId.parse(media.id),
        iceParameters: { usernameFragment: "", password: "" },
        iceCandidates: [],
        dtlsParameters: { fingerprints: [] },
      },
      media,
      connect: async () => undefined,
      restartIce: async () => ({ usernameFragment: "", password: "" }),
    };
  };

const fillRoom = async (
  sfu: MediasoupSfu,
  { peersPerRoom }: Shape,
  firstIndex: number,
): Promise<number[]> => {
  const room = await sfu.openRoom({
    onLevels: () => undefined,
    onDied: () => {
      throw new Error("the worker died under the bench");
    },
  });
  const members = [];
  for (let index = firstIndex; index < firstIndex + peersPerRoom; index += 1) {
    const peer = await room.openPeer({ onConnected: () => undefined, onLost: () => undefined });
    const { ssrc, rtpParameters } = parametersFor(index);
    const { id: transportId } = peer.sendTransport;
    const producer = await peer.produce({
      transportId,
      source: "microphone",
      rtpParameters,
      isPaused: false,
    });
    members.push({ peer, producer, ssrc });
  }
  for (const { peer, producer: own } of members) {
    for (const { producer } of members) {
      if (producer === own) continue;
      const consumer = await peer.consume(producer, routerRtpCapabilities);
      await consumer?.setPaused(false);
    }
  }
  return members.map(({ ssrc }) => ssrc);
};

export const startOurs = async (shape: Shape): Promise<Side> => {
  const ports: number[] = [];
  const outlets: types.PlainTransport[] = [];
  const { promise: started, resolve } = Promise.withResolvers<types.Worker>();
  observer.once("newworker", resolve);
  const sfu = await MediasoupSfu.create({
    workerBin: shape.workerBin,
    workers: 1,
    port: 20_990,
    listenAddresses: () => [{ ip: "127.0.0.1" }],
    logger: silentLogger,
    createTransport: plainTransports(shape.sinkPort, ports, outlets),
  });
  const worker = await started;
  const before = await memoryKbOf(worker);
  const ssrcs: number[] = [];
  for (let room = 0; room < shape.rooms; room += 1) {
    ssrcs.push(...(await fillRoom(sfu, shape, room * shape.peersPerRoom)));
  }
  return {
    worker,
    inlets: ssrcs.flatMap((ssrc, index) =>
      ports[index] === undefined ? [] : [{ ssrc, port: ports[index] }],
    ),
    countSentBytes: () => countSentBytes(outlets),
    memoryKb: (await memoryKbOf(worker)) - before,
    close: () => sfu.close(),
  };
};

const fillRouter = async (router: types.Router, shape: Shape, firstIndex: number) => {
  const members = [];
  for (let index = firstIndex; index < firstIndex + shape.peersPerRoom; index += 1) {
    const [inlet, outlet] = [await openInlet(router), await openOutlet(router, shape.sinkPort)];
    const { ssrc, rtpParameters } = parametersFor(index);
    const producer = await inlet.produce({
      kind: "audio",
      rtpParameters: toMediasoupParameters(rtpParameters),
    });
    members.push({ inlet, outlet, producer, ssrc });
  }
  const rtpCapabilities = toMediasoupCapabilities(routerRtpCapabilities);
  for (const { outlet, producer: own } of members) {
    for (const { producer } of members) {
      if (producer !== own) {
        await outlet.consume({ producerId: producer.id, rtpCapabilities, enableRtx: true });
      }
    }
  }
  return members.map(({ inlet, outlet, ssrc }) => ({ ssrc, port: inlet.tuple.localPort, outlet }));
};

/** mediasoup with nothing around it: no levels, no pauses, no pool. */
export const startBare = async (shape: Shape): Promise<Side> => {
  const worker = await createWorker({ workerBin: shape.workerBin });
  const before = await memoryKbOf(worker);
  const members: (Inlet & { outlet: types.PlainTransport })[] = [];
  for (let room = 0; room < shape.rooms; room += 1) {
    const router = await worker.createRouter({ mediaCodecs });
    members.push(...(await fillRouter(router, shape, room * shape.peersPerRoom)));
  }
  return {
    worker,
    inlets: members,
    countSentBytes: () => countSentBytes(members.map(({ outlet }) => outlet)),
    memoryKb: (await memoryKbOf(worker)) - before,
    close: async () => worker.close(),
  };
};
