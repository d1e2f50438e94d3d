/**
 * What this device gives to a call: the microphone and the pictures, and whether the person is muted or deaf. It outlives
 * calls and their sessions; a session brings the server in line with it.
 */
import type { VoiceSource } from "#shared/contract/voice.ts";
import { type ReadableState, StateCell } from "../readable-state.ts";
import type { OwnVoice } from "./voice-client.ts";

type VideoSource = Exclude<VoiceSource, "microphone">;

interface Shown {
  track: MediaStreamTrack;
  /** Until the server has taken it for the first time. */
  asked: PromiseWithResolvers<void> | undefined;
  stopListening: () => void;
}

const isLive = (track: MediaStreamTrack): boolean => track.readyState === "live";

export class OwnMedia {
  readonly #cell = new StateCell<OwnVoice>({ isMuted: false, isDeaf: false, camera: null, screen: null });
  readonly #onChange: () => void;
  readonly #shown = new Map<VideoSource, Shown>();
  #microphone: MediaStreamTrack | null = null;
  /** Whether the mute outlasts the deafening. */
  #staysMuted = false;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get state(): ReadableState<OwnVoice> {
    return this.#cell;
  }

  /** The track to send, unless it has ended. */
  findTrack(source: VoiceSource): MediaStreamTrack | undefined {
    const track = source === "microphone" ? this.#microphone : this.#shown.get(source)?.track;
    return track && isLive(track) ? track : undefined;
  }

  setMicrophone(track: MediaStreamTrack | null): void {
    if (track === this.#microphone) return;
    this.#microphone = track;
    this.#onChange();
  }

  setMuted(isMuted: boolean): void {
    this.#staysMuted = isMuted;
    // Who speaks wants to hear: unmuting undoes the deafening too.
    const isDeaf = isMuted && this.#cell.get().isDeaf;
    this.#change({ isMuted, isDeaf });
  }

  setDeaf(isDeaf: boolean): void {
    const now = this.#cell.get();
    if (now.isDeaf === isDeaf) return;
    if (isDeaf) this.#staysMuted = now.isMuted;
    this.#change({ isDeaf, isMuted: isDeaf || this.#staysMuted });
  }

  /** Resolves when the server has taken it. @throws what it was refused with */
  show(source: VideoSource, track: MediaStreamTrack): Promise<void> {
    // Replaced by another one is no failure of the first.
    this.#take(source)?.resolve();
    const asked = Promise.withResolvers<void>();
    const onEnded = () => this.drop(source);
    track.addEventListener("ended", onEnded);
    const stopListening = () => track.removeEventListener("ended", onEnded);
    this.#shown.set(source, { track, asked, stopListening });
    this.#changeShown();
    return asked.promise;
  }

  /** Stops showing it; with an error where that was not the person's will. A screen's sound goes with the screen. */
  drop(source: VideoSource, error?: Error): void {
    const sources: VideoSource[] = source === "screen" ? ["screen", "screen-audio"] : [source];
    for (const one of sources) {
      const asked = this.#take(one);
      if (error) asked?.reject(error);
      else asked?.resolve();
    }
    this.#changeShown();
  }

  /** The server has it. */
  confirm(source: VideoSource): void {
    const shown = this.#shown.get(source);
    shown?.asked?.resolve();
    if (shown) shown.asked = undefined;
  }

  /** Whether somebody waits to hear whether the server takes it. */
  isAsked(source: VideoSource): boolean {
    return this.#shown.get(source)?.asked !== undefined;
  }

  dropAll(error?: Error): void {
    this.drop("camera", error);
    this.drop("screen", error);
  }

  /** The promise of what was shown, to be settled by the caller. */
  #take(source: VideoSource): PromiseWithResolvers<void> | undefined {
    const shown = this.#shown.get(source);
    shown?.stopListening();
    this.#shown.delete(source);
    return shown?.asked;
  }

  #changeShown(): void {
    this.#change({
      camera: this.#shown.get("camera")?.track ?? null,
      screen: this.#shown.get("screen")?.track ?? null,
    });
  }

  #change(changes: Partial<OwnVoice>): void {
    const now = this.#cell.get();
    const next = { ...now, ...changes };
    const isSame =
      next.isMuted === now.isMuted &&
      next.isDeaf === now.isDeaf &&
      next.camera === now.camera &&
      next.screen === now.screen;
    if (!isSame) this.#cell.set(next);
    this.#onChange();
  }
}
