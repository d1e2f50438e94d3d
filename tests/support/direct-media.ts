/** Participants without a browser: RTP goes from the test straight into the worker, and back. */
import type { types } from "mediasoup";
import type { CreateTransport } from "#server/voice/sfu/transports.ts";
import type { ProducerId, ConsumerId } from "#shared/ids.ts";
import { TransportId } from "#shared/ids.ts";

/** The id of the level's header extension in `opusParameters`. */
const levelExtensionId = 1;
const samplesPerPacket = 960;

interface RtpOptions {
  sequenceNumber: number;
  ssrc: number;
  payloadType: number;
  /** From -127 to 0. */
  levelDbov: number;
  payload: string | Uint8Array;
}

/** An RTP packet of 20 ms of audio, with the level in its header. */
export const rtpPacket = ({ sequenceNumber, ssrc, payloadType, levelDbov, payload }: RtpOptions): Buffer => {
  const header = Buffer.alloc(20);
  header.writeUInt8(0x90, 0);
  header.writeUInt8(payloadType, 1);
  header.writeUInt16BE(sequenceNumber & 0xffff, 2);
  header.writeUInt32BE((sequenceNumber * samplesPerPacket) >>> 0, 4);
  header.writeUInt32BE(ssrc, 8);
  // One extension of one byte (RFC 8285), padded to a word.
  header.writeUInt16BE(0xbede, 12);
  header.writeUInt16BE(1, 14);
  header.writeUInt8(levelExtensionId << 4, 16);
  header.writeUInt8(0x80 | -levelDbov, 17);
  return Buffer.concat([header, typeof payload === "string" ? Buffer.from(payload) : payload]);
};

const payloadOf = (packet: Buffer): string => {
  const hasExtension = (packet.readUInt8(0) & 0x10) !== 0;
  const start = hasExtension ? 16 + packet.readUInt16BE(14) * 4 : 12;
  return packet.subarray(start).toString();
};

/** What only a browser's end needs. */
export const noDescription = {
  iceParameters: { usernameFragment: "", password: "" },
  iceCandidates: [],
  dtlsParameters: { fingerprints: [] },
};

/** Make the SFU with its `createTransport`, and media moves by `send` and is seen in `received`. */
export class DirectMedia {
  /** Every router that a participant was placed on. */
  readonly routers = new Set<types.Router>();
  readonly #producers = new Map<string, types.Producer>();
  readonly #received = new Map<string, string[]>();
  readonly #sequenceNumbers = new Map<string, number>();

  readonly createTransport: CreateTransport = async ({ router }) => {
    this.routers.add(router);
    const media = await router.createDirectTransport();
    media.observer.on("newproducer", (producer) => this.#producers.set(producer.id, producer));
    media.observer.on("newconsumer", (consumer) => {
      const payloads: string[] = [];
      this.#received.set(consumer.id, payloads);
      consumer.on("rtp", (packet) => payloads.push(payloadOf(packet)));
    });
    return {
      description: { id: TransportId.parse(media.id), ...noDescription },
      media,
      connect: async () => undefined,
      restartIce: async () => noDescription.iceParameters,
    };
  };

  send(producer: { id: ProducerId }, payload: string, levelDbov = -20): void {
    const media = this.#producers.get(producer.id);
    if (!media) throw new Error("no such producer");
    const sequenceNumber = (this.#sequenceNumbers.get(producer.id) ?? 0) + 1;
    this.#sequenceNumbers.set(producer.id, sequenceNumber);
    const { codecs, encodings } = media.rtpParameters;
    const payloadType = codecs[0]?.payloadType ?? 0;
    media.send(
      rtpPacket({ sequenceNumber, ssrc: encodings?.[0]?.ssrc ?? 0, payloadType, levelDbov, payload }),
    );
  }

  /** The payloads, in their order. */
  received(consumer: { id: ConsumerId } | undefined): readonly string[] {
    return consumer === undefined ? [] : (this.#received.get(consumer.id) ?? []);
  }
}
