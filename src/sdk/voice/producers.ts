/** One's own media in one session: brings what the server has in line with what is wanted and allowed. */
import { kindOfSource, type VoiceRights, VoiceSource } from "#shared/contract/voice.ts";
import type { ProducerId } from "#shared/ids.ts";
import { mayRetry, reasonOf } from "../failure.ts";
import type { SendTransport, SentMedia } from "./media.ts";
import type { OwnMedia } from "./own-media.ts";
import type { VoiceApi } from "./signalling.ts";

interface ProducersOptions {
  transport: SendTransport;
  api: Pick<VoiceApi, "closeProducer">;
  own: OwnMedia;
  getRights: () => VoiceRights;
  /** The server holds other producers than this end knows of: `compare` is needed. */
  onConflict: () => void;
}

const isPausedBy = (source: VoiceSource, own: OwnMedia): boolean =>
  source === "microphone" && own.state.get().isMuted;

export class Producers {
  readonly #options: ProducersOptions;
  readonly #held = new Map<VoiceSource, SentMedia>();
  /** Refused or closed by the server: waits until the rights are told anew. */
  readonly #refused = new Set<VoiceSource>();
  #isClosed = false;

  constructor(options: ProducersOptions) {
    this.#options = options;
  }

  /** At once, and without the server: muted is muted. */
  applyMute(): void {
    const { own } = this.#options;
    this.#held.get("microphone")?.setPaused(isPausedBy("microphone", own));
  }

  /** @throws what a call failed with that is worth another try */
  async reconcile(): Promise<void> {
    for (const source of VoiceSource.options) {
      if (this.#isClosed) return;
      await this.#reconcileOne(source);
    }
  }

  /** The server has closed it. */
  dropClosed(producerId: ProducerId): void {
    for (const [source, sent] of this.#held) {
      if (sent.id !== producerId) continue;
      this.#release(source);
      if (source === "microphone") this.#refused.add(source);
      else this.#options.own.drop(source);
    }
  }

  forgetRefusals(): void {
    this.#refused.clear();
  }

  /** Closes what only one of the two ends still has. @throws what a call failed with */
  async compare(producerIds: readonly ProducerId[]): Promise<void> {
    const ownIds = new Set([...this.#held.values()].map(({ id }) => id));
    const theirs = new Set(producerIds);
    for (const [source, { id }] of this.#held) if (!theirs.has(id)) this.#release(source);
    const unknown = producerIds.filter((id) => !ownIds.has(id));
    await Promise.all(unknown.map((producerId) => this.#closeAtServer(producerId)));
  }

  /** The transport that carried them is gone. */
  close(): void {
    this.#isClosed = true;
    for (const source of this.#held.keys()) this.#release(source);
  }

  #findWanted(source: VoiceSource): MediaStreamTrack | undefined {
    const { canSpeak, canStream } = this.#options.getRights();
    // A screen's sound needs both: it is heard as a voice is.
    const isAllowed =
      (source === "microphone" || canStream) && (kindOfSource[source] === "video" || canSpeak);
    return isAllowed && !this.#refused.has(source) ? this.#options.own.findTrack(source) : undefined;
  }

  async #reconcileOne(source: VoiceSource): Promise<void> {
    const wanted = this.#findWanted(source);
    const held = this.#held.get(source);
    if (!wanted) this.#refuseVideo(source);
    if (held && !wanted) {
      this.#release(source);
      await this.#closeAtServer(held.id);
    } else if (wanted && !held) await this.#send(source, wanted);
    else if (wanted && held) {
      if (held.track !== wanted) await held.replaceTrack(wanted);
      if (source !== "microphone") this.#options.own.confirm(source);
    }
  }

  async #send(source: VoiceSource, track: MediaStreamTrack): Promise<void> {
    const { transport, own } = this.#options;
    try {
      const sent = await transport.send({ track, source, isPaused: isPausedBy(source, own) });
      if (this.#isClosed) return sent.close();
      this.#held.set(source, sent);
      sent.setPaused(isPausedBy(source, own));
      if (source !== "microphone") own.confirm(source);
    } catch (error) {
      if (!this.#isClosed) this.#afterRefusal(source, error);
    }
  }

  #afterRefusal(source: VoiceSource, error: unknown): void {
    const { own, onConflict } = this.#options;
    const failure = reasonOf(error);
    // Of a call without an answer nobody knows whether it was carried out.
    if (failure.reason === "ALREADY_EXISTS" || failure.reason === "NETWORK") onConflict();
    if (source !== "microphone" && (own.isAsked(source) || !mayRetry(failure)))
      own.drop(source, error instanceof Error ? error : new Error("it could not be sent", { cause: error }));
    else if (failure.reason === "MISSING_PERMISSION") this.#refused.add(source);
    else throw failure.reason === "ALREADY_EXISTS" ? new Error("compare first", { cause: error }) : error;
  }

  /** A picture that may not be shown is dropped, and whoever asked for it is told. */
  #refuseVideo(source: VoiceSource): void {
    const { own, getRights } = this.#options;
    const isPicture = source !== "microphone" && own.findTrack(source) !== undefined;
    if (isPicture && !getRights().canStream) own.drop(source, new MissingStreamRight());
  }

  #release(source: VoiceSource): void {
    this.#held.get(source)?.close();
    this.#held.delete(source);
  }

  async #closeAtServer(producerId: ProducerId): Promise<void> {
    try {
      await this.#options.api.closeProducer.mutate({ producerId });
    } catch (error) {
      // Gone is what was wanted.
      if (reasonOf(error).reason !== "NOT_FOUND") {
        this.#options.onConflict();
        throw error;
      }
    }
  }
}

/** Read by `reasonOf` like a refused call. */
class MissingStreamRight extends Error {
  readonly data = { reason: "MISSING_PERMISSION", params: { permission: "STREAM" } };
}
