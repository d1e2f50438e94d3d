/**
 * What a live event is on the wire, byte for byte what tRPC would send, in a WebSocket frame that only has to be written
 * (GW10). It is built once for an event and all requests whose answers begin alike; the stock client and our library
 * number theirs from 1, so that nearly all do. What it must never do: hand out a frame that anybody changes, since one
 * lies in the buffers of many sockets.
 */
import { formatEventId } from "#shared/events.ts";
import type { LogEntry } from "../events/event-log.ts";

export type EventEntry = LogEntry & { kind: "event" };

/** A whole WebSocket message, as a server sends it: not masked. */
export type Frame = Buffer;

interface Options {
  epoch: string;
  build?: (text: string) => Frame;
}

/** The beginnings that the frames of one event are kept for. Nobody has more by honest means. */
const maxKept = 16;

/** The last fragment, which is the first one too, and text. */
const textMessage = 0x81;

const headerOf = (length: number): Buffer => {
  if (length < 126) return Buffer.from([textMessage, length]);
  const isShort = length <= 0xff_ff;
  const header = Buffer.alloc(isShort ? 4 : 10);
  header.set([textMessage, isShort ? 126 : 127]);
  if (isShort) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return header;
};

export const buildTextFrame = (text: string): Frame => {
  const payload = Buffer.from(text);
  return Buffer.concat([headerOf(payload.length), payload]);
};

export class LiveFrames {
  readonly #epoch: string;
  readonly #build: (text: string) => Frame;
  /** An entry goes to all its receivers before the next one: so nothing is kept but the last one's frames. */
  #entry: EventEntry | undefined;
  readonly #frames = new Map<string, Frame>();

  constructor({ epoch, build = buildTextFrame }: Options) {
    this.#epoch = epoch;
    this.#build = build;
  }

  /** The event's frame for a request whose answers begin with `head` (`request-heads.ts`). */
  frameOf(entry: EventEntry, head: string): Frame {
    if (entry !== this.#entry) {
      this.#entry = entry;
      this.#frames.clear();
    }
    const known = this.#frames.get(head);
    if (known) return known;
    const id = formatEventId(this.#epoch, entry.sequence);
    const data = `{"id":"${id}","data":${entry.json}}`;
    const frame = this.#build(`${head},"result":{"type":"data","data":${data},"id":"${id}"}}`);
    // Begun anew and not closed to what comes later: the one that most have is soon in it again.
    if (this.#frames.size >= maxKept) this.#frames.clear();
    this.#frames.set(head, frame);
    return frame;
  }
}
