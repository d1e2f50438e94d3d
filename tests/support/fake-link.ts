/** A stream's socket without a network: whole frames in, the texts in them out, or held back while nobody reads. */
import type { Frame } from "#server/gateway/live-frames.ts";
import type { Link } from "#server/gateway/receiver.ts";
import type { CloseCode } from "#shared/close-codes.ts";

const readLength = (frame: Buffer): [headerLength: number, length: number] => {
  const short = frame.readUInt8(1);
  if (short === 126) return [4, frame.readUInt16BE(2)];
  return short === 127 ? [10, Number(frame.readBigUInt64BE(2))] : [2, short];
};

/** The text in one whole WebSocket message; throws when it is none. */
export const readTextFrame = (frame: Buffer): string => {
  const [headerLength, length] = readLength(frame);
  if (frame.readUInt8(0) !== 0x81 || frame.length !== headerLength + length) throw new Error("no text frame");
  return frame.toString("utf8", headerLength);
};

interface Options {
  onText?: (text: string) => void;
  onClose?: (code: CloseCode) => void;
}

export class FakeLink implements Link {
  /** What has arrived at the other end. */
  readonly texts: string[] = [];
  readonly #options: Options;
  #held: Frame[] = [];
  #pause: PromiseWithResolvers<void> | undefined;

  constructor(options: Options = {}) {
    this.#options = options;
  }

  get outstandingBytes(): number {
    return this.#held.reduce((sum, frame) => sum + frame.length, 0);
  }

  whenWritable(): Promise<void> | undefined {
    return this.#pause?.promise;
  }

  write(frame: Frame): void {
    if (this.#pause) this.#held.push(frame);
    else this.#arrive(frame);
  }

  close(code: CloseCode): void {
    this.#held = [];
    this.#options.onClose?.(code);
  }

  /** The other end reads no more. */
  pause(): void {
    this.#pause ??= Promise.withResolvers<void>();
  }

  unpause(): void {
    const pause = this.#pause;
    this.#pause = undefined;
    const held = this.#held;
    this.#held = [];
    for (const frame of held) this.#arrive(frame);
    pause?.resolve();
  }

  #arrive(frame: Frame): void {
    const text = readTextFrame(frame);
    this.texts.push(text);
    this.#options.onText?.(text);
  }
}
