/**
 * Hears who begins to speak, sooner than mediasoup's observer can (VO10): it takes the packets of those who are silent
 * themselves, and looks at the level in their headers. Whoever speaks is left to the observers, so that it costs a copy
 * of packets that are few (Opus sends next to none in silence) and never one of a speaker's.
 */
import type { types } from "mediasoup";
import type { Logger } from "../../kernel/logger.ts";
import { levelUri } from "./codecs.ts";
import { isGone } from "./refusals.ts";
import { findLevelDbov } from "./rtp-level.ts";

interface Options {
  router: types.Router;
  logger: Logger;
  onOnset: (microphone: types.Producer, levelDbov: number) => void;
}

interface Heard {
  consumer: types.Consumer;
  isListening: boolean;
  inARow: number;
}

/** Speech is above it at almost any microphone, and a room's noise below. */
export const speechDbov = -45;
/** In a row, of 20 ms each: a click of a key is shorter. */
const packetsOfSpeech = 3;
/** Microphones without silence of their own cost 50 messages a second each; beyond it the observers must do. */
const maxMicrophones = 50;

export class OnsetEar {
  readonly #options: Options;
  readonly #transport: types.DirectTransport;
  readonly #heard = new Map<string, Heard>();

  private constructor(options: Options, transport: types.DirectTransport) {
    this.#options = options;
    this.#transport = transport;
  }

  /** Closes with the router. */
  static async create(options: Options): Promise<OnsetEar> {
    return new OnsetEar(options, await options.router.createDirectTransport());
  }

  async add(microphone: types.Producer): Promise<void> {
    if (this.#heard.size >= maxMicrophones) return;
    const { rtpCapabilities } = this.#options.router;
    const consumer = await this.#transport.consume({ producerId: microphone.id, rtpCapabilities });
    const extension = consumer.rtpParameters.headerExtensions?.find(({ uri }) => uri === levelUri);
    if (consumer.closed || !extension) {
      consumer.close();
      return;
    }
    const heard: Heard = { consumer, isListening: true, inARow: 0 };
    this.#heard.set(microphone.id, heard);
    consumer.observer.once("close", () => this.#heard.delete(microphone.id));
    consumer.on("rtp", (packet) => {
      const levelDbov = findLevelDbov(packet, extension.id);
      heard.inARow = levelDbov !== undefined && levelDbov >= speechDbov ? heard.inARow + 1 : 0;
      // The very packet that makes it speech: those that are still on their way when it rests tell nothing new.
      if (levelDbov !== undefined && heard.inARow === packetsOfSpeech) {
        this.#options.onOnset(microphone, levelDbov);
      }
    });
  }

  /** Whether this one's packets are wanted: while nobody knows that it speaks. */
  setListening(producerId: string, isListening: boolean): void {
    const heard = this.#heard.get(producerId);
    if (!heard || heard.isListening === isListening) return;
    heard.isListening = isListening;
    heard.inARow = 0;
    const { consumer } = heard;
    (isListening ? consumer.resume() : consumer.pause()).catch((error: unknown) => {
      if (!isGone(error)) this.#options.logger.warn({ error }, "a beginning speaker is seen late");
    });
  }
}
